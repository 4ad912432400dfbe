#include <cli/table.hpp>
#include <doctest/doctest.h>
#include <sstream>

using namespace layer_cake::cli;

namespace {

std::string printed(const Table& table, bool colour = false) {
    std::ostringstream out;
    table.print(out, colour);
    return out.str();
}

} // namespace

TEST_CASE("columns are as wide as their widest field, and no line ends in blanks") {
    Table table({"ROLE", "PID", "STATE"});
    table.row({"web", {"12", Colour::none, true}, "running"});
    table.row({"migrate", {"", Colour::none, true}, ""});
    table.row({"wörker", {"1234", Colour::none, true}, "up"});
    CHECK(printed(table) == "ROLE      PID  STATE\n"
                            "web        12  running\n"
                            "migrate\n"
                            "wörker   1234  up\n");
}

TEST_CASE("on a terminal the last field ends at its edge, unless there is no room for it") {
    Table table({"ROLE", "REASON"});
    table.row({"web", "connection refused"});
    table.row({"db", "grüße aus münchen"});
    const auto narrow = [&](std::size_t columns) {
        std::ostringstream out;
        table.print(out, false, columns);
        return out.str();
    };
    CHECK(narrow(16) == "ROLE  REASON\nweb   connect...\ndb    grüße...\n");
    CHECK(narrow(24) == printed(table));
    CHECK(narrow(12) == printed(table));
}

TEST_CASE("a table without rows prints nothing") {
    CHECK(printed(Table({"ROLE"})).empty());
}

TEST_CASE("colour does not change the layout") {
    Table table;
    table.row({{"a", Colour::red}, "b"});
    table.row({"ccc", "d"});
    CHECK(printed(table, true) == "\x1b[31ma\x1b[0m    b\nccc  d\n");
}

TEST_CASE("control characters in a field cannot reach the terminal") {
    Table table;
    table.row({"a\x1b[2Jb\nc"});
    CHECK(printed(table).find('\x1b') == std::string::npos);
    CHECK(printed(table).find("\\x1b") != std::string::npos);
}
