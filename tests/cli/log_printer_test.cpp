#include <cli/log_printer.hpp>
#include <doctest/doctest.h>
#include <layer_cake/core/time_text.hpp>
#include <sstream>

using namespace layer_cake;
using namespace layer_cake::cli;

namespace {

home::LogLine line(std::string text, home::Stream stream = home::Stream::out) {
    home::LogLine one;
    one.time = *parse_time("2026-11-23T00:46:28.174Z");
    one.stream = stream;
    one.text = std::move(text);
    return one;
}

std::string printed(LogStyle style, const std::vector<std::pair<std::string, home::LogLine>>& lines) {
    std::ostringstream out;
    LogPrinter printer(out, {"web", "cache-0"}, style);
    for (const auto& [role, one] : lines)
        printer.print(role, one);
    printer.finish();
    return out.str();
}

} // namespace

TEST_CASE("one role's line is its time, a mark for its stream, and its text") {
    CHECK(printed({}, {{"web", line("hello")}}) == "2026-11-23T00:46:28.174 | hello\n");
    CHECK(printed({}, {{"web", line("ouch", home::Stream::err)}}) == "2026-11-23T00:46:28.174 ! ouch\n");
    CHECK(printed({}, {{"web", line("restarted", home::Stream::note)}}) == "2026-11-23T00:46:28.174 = restarted\n");
}

TEST_CASE("several roles get a column of one width") {
    const LogStyle style{.times = false, .names = true};
    CHECK(printed(style, {{"web", line("a")}, {"cache-0", line("b")}}) == "web     | a\ncache-0 | b\n");
}

TEST_CASE("colour touches the names and nothing else") {
    const LogStyle style{.times = false, .names = true, .colour = true};
    const std::string text = printed(style, {{"web", line("a")}});
    CHECK(text.find("\x1b[") == 0);
    CHECK(text.substr(text.size() - 5) == " | a\n");
}

TEST_CASE("control characters of a program are escaped for a terminal and kept elsewhere") {
    LogStyle style{.times = false};
    CHECK(printed(style, {{"web", line("\x1b[2Jx")}}) == "\x1b[2Jx\n");
    style.safe = true;
    CHECK(printed(style, {{"web", line("\x1b[2Jx")}}) == "\\x1b[2Jx\n");
}

TEST_CASE("raw bytes are given as they were, without an end where there was none") {
    home::LogLine last = line("end");
    last.partial = true;
    CHECK(printed({.safe = true, .raw = true}, {{"web", line("\x1b")}, {"web", last}}) == "\x1b\nend");
}

TEST_CASE("the rest of a line is printed behind its beginning") {
    home::LogLine first = line("begin ");
    first.partial = true;
    home::LogLine rest = line("end");
    rest.continued = true;
    const LogStyle style{.times = false, .names = true};
    CHECK(printed(style, {{"web", first}, {"web", rest}}) == "web     | begin end\n");
    CHECK(printed(style, {{"web", first}, {"cache-0", line("x")}}) == "web     | begin \ncache-0 | x\n");
    CHECK(printed(style, {{"web", first}}) == "web     | begin \n");
}

TEST_CASE("JSON lines hold every fact of a line") {
    CHECK(
        printed({.json = true}, {{"web", line("say \"hi\"", home::Stream::err)}}) ==
        "{\"time\":\"2026-11-23T00:46:28.174000Z\",\"role\":\"web\",\"stream\":\"stderr\",\"text\":\"say \\\"hi\\\"\","
        "\"partial\":false}\n");
}
