#include <doctest/doctest.h>
#include <layer_cake/process/program_note.hpp>
#include <tests/process/sample_settings.hpp>

using namespace layer_cake;
using process_test::Settings;

namespace {

using Note = process::ProgramNoteOf<Settings, std::vector<double>>;

std::string_view note_bytes() {
    return {Note::text.data(), Note::text.size()};
}

} // namespace

TEST_CASE("a program's own file tells its settings without running it") {
    const char* const volatile kept = Note::text.data(); // keeps it in the file
    REQUIRE(std::string_view(kept).starts_with(process::note_mark));
    const auto note = process::read_program_note("/proc/self/exe");
    REQUIRE(note);
    REQUIRE(note->has_value());
}

TEST_CASE("a note holds names and types in the order described") {
    const auto note = process::find_program_note(note_bytes());
    REQUIRE(note);
    REQUIRE(note->has_value());
    const auto names = process::setting_names(**note);
    REQUIRE(names.size() == 11);
    CHECK(names.front() == "server_address");
    CHECK(names.back() == "tree");
    const auto& members = *(*note)->settings.find("members");
    CHECK(process::type_text(*members.find("server_address")) == "layer_cake.ip_networking.HostPort");
    CHECK(process::type_text(*members.find("weights")) == "map<unicode,float8>");
    CHECK(process::type_text(*members.find("retries")) == "unsigned2");
    CHECK(process::type_text((*note)->returns) == "vector<float8>");
}

TEST_CASE("a type within itself is named only") {
    const auto note = process::find_program_note(note_bytes());
    REQUIRE((note && *note));
    const auto* tree = (*note)->settings.find("members")->find("tree");
    const auto* inside = tree->find("members")->find("branches")->find("vector");
    CHECK(*inside->find("message")->string() == "process_test.Tree");
    CHECK(inside->find("members") == nullptr);
}

TEST_CASE("no file but an object program's has a note") {
    const auto script = process::read_program_note("/bin/sh");
    REQUIRE(script);
    CHECK_FALSE(script->has_value());
    CHECK_FALSE(process::read_program_note("/nonexistent"));
    CHECK_FALSE(process::find_program_note(process::note_mark)->has_value());
    CHECK_FALSE(process::find_program_note(std::string(process::note_mark) + "99999999")->has_value());
    CHECK_FALSE(process::find_program_note(std::string(process::note_mark) + "00000004{\"a\""));
}
