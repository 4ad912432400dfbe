#include <csignal>
#include <doctest/doctest.h>
#include <layer_cake/process/child_value.hpp>
#include <layer_cake/type/messages.hpp>

using namespace layer_cake;
using namespace layer_cake::process;

namespace {

std::string words(const type::Any& value) {
    const auto* fault = type::as_fault(value);
    return fault ? fault->condition + ": " + fault->explanation : value.signature();
}

type::Any value_of(std::string output, int code, bool signaled = false) {
    ChildEnd end;
    end.status = {signaled, code};
    end.output = std::move(output);
    return value_of_child(end, "worker (pid 7)");
}

} // namespace

TEST_CASE("a process's value is what it printed, when it ended well") {
    const auto value = value_of("{\"value\":[\"integer8\",720,[]]}\n", 0);
    REQUIRE(value.is<std::int64_t>());
    CHECK(*value.get<std::int64_t>() == 720);
    CHECK_FALSE(value_of("", 0).has_value());
    CHECK_FALSE(value_of("\n", 0).has_value());
}

TEST_CASE("a printed fault is the value, whatever the exit status") {
    const std::string aborted = R"({"value":["layer_cake.point_runtime.Aborted",{"condition":"aborted"},[]]})";
    CHECK(value_of(aborted, 71).is<type::Aborted>());
    CHECK(value_of(aborted, 0).is<type::Aborted>());
    CHECK(value_of(aborted, 3).is<type::Aborted>());
}

TEST_CASE("how a process ended otherwise is a fault in words") {
    CHECK(words(value_of("", 3)) == "process ended: worker (pid 7) exited with status 3");
    CHECK(words(value_of("", SIGSEGV, true)) == "process ended: worker (pid 7) was ended by SIGSEGV");
    CHECK(words(value_of("{\"value\":[\"integer8\",720,[]]}", 3)) ==
          "process ended: worker (pid 7) exited with status 3");
    CHECK(words(value_of("{\"value\":[\"integer8\",720,[]]}", SIGKILL, true)) ==
          "process ended: worker (pid 7) was ended by SIGKILL");
    CHECK(words(value_of("hello\x1b[1m", 0))
              .starts_with("process ended: worker (pid 7) exited with status 0; its output is no value: "
                           "\"hello\\x1b[1m\": "));
    CHECK(words(value_of("half {\"value\":", 0)).find("its output is no value") != std::string::npos);
}

TEST_CASE("after a Stop the end by SIGINT is an abort, by SIGKILL a time-out that names the process") {
    ChildEnd end;
    end.stopped = true;
    end.status = {true, SIGINT};
    CHECK(value_of_child(end, "worker").is<type::Aborted>());
    end.status = {true, SIGKILL};
    end.killed = true;
    end.patience = std::chrono::seconds(5);
    CHECK(words(value_of_child(end, "worker (pid 7)")) ==
          "timed out: worker (pid 7) was killed: it had not ended 5s after its Stop");
}

TEST_CASE("more output than is kept is no value") {
    ChildEnd end;
    end.too_much = true;
    end.output = "{}";
    CHECK(words(value_of_child(end, "w")).find("its output is no value: \"{}\": it is above 16777216 bytes") !=
          std::string::npos);
}
