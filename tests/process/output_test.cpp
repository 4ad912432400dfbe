#include <doctest/doctest.h>
#include <layer_cake/process/output.hpp>
#include <tests/process/sample_settings.hpp>

using namespace layer_cake;
using process::output_of;

namespace {

process::StartOptions options(bool full, bool child) {
    process::StartOptions made;
    made.full_output = full;
    made.child_process = child;
    return made;
}

} // namespace

TEST_CASE("a value is printed bare and in lines, compact for a parent") {
    CHECK(output_of(type::Any(std::int64_t{720}), options(false, false)).out == "720\n");
    CHECK(output_of(type::Any(type::Ack{}), options(false, false)).out == "{}\n");
    CHECK(output_of(type::Any(std::vector<std::vector<double>>{{1.5}}), options(false, true)).out == "[[1.5]]\n");
    CHECK(output_of(type::Any(), options(false, false)).out == "");
}

TEST_CASE("the full output has the type, with sorted members in lines") {
    CHECK(output_of(type::Any(std::int64_t{3628800}), options(true, true)).out ==
          "{\"value\":[\"integer8\",3628800,[]]}\n");
    const auto out = output_of(type::Any(type::HostPort{"h", 1}), options(true, false)).out;
    CHECK(out.find("        {\n            \"host\": \"h\",") != std::string::npos);
}

TEST_CASE("a fault is words on stderr and exit status 71, or its own") {
    const auto aborted = output_of(type::Any(type::Aborted{}), options(false, false));
    CHECK(aborted.out == "");
    CHECK(aborted.err == "aborted (user or software interrupt)");
    CHECK(aborted.status == 71);
    CHECK(output_of(type::Any(type::Faulted{"zombie failed", "", {}, 5}), options(false, false)).status == 5);
    CHECK(output_of(type::Any(type::Faulted{"zombie failed", "", {}, 5}), options(false, false)).err ==
          "zombie failed");
    const auto full = output_of(type::Any(type::Aborted{}), options(true, true));
    CHECK(full.err == "");
    CHECK(full.status == 71);
    CHECK(full.out.starts_with("{\"value\":[\"layer_cake.point_runtime.Aborted\",{\"condition\":\"aborted\","));
}
