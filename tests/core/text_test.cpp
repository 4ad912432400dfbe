#include <csignal>
#include <doctest/doctest.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>

using namespace layer_cake;

TEST_CASE("the nearest word is found within two edits and half the word") {
    const std::string_view keys[] = {"replicas", "restart", "user", "working_dir", "umask", "on"};
    CHECK(nearest("replica", keys) == "replicas");
    CHECK(nearest("repilcas", keys) == "replicas");
    CHECK(nearest("working-dir", keys) == "working_dir");
    CHECK(nearest("Restart", keys) == "restart");
    CHECK(nearest("usr", keys) == "user");
    CHECK(nearest("no", keys) == "");
    CHECK(nearest("replixxxs", keys) == "");
    CHECK(nearest("", keys) == "");
    CHECK(nearest("repl", keys) == "replicas");
    CHECK(nearest("working", keys) == "working_dir");
    CHECK(nearest("re", keys) == "");
    const std::string_view alike[] = {"depends_on", "dependents"};
    CHECK(nearest("dep", alike) == "");
    CHECK(nearest(std::string(10'000, 'x'), keys) == "");
    CHECK(suggestion("replica", keys) == " (did you mean \"replicas\"?)");
    CHECK(suggestion("elephant", keys) == "");
}

TEST_CASE("no byte of a program reaches a terminal as a command") {
    CHECK(terminal_safe("plain\ttext, gr\xc3\xbc\xc3\x9f dich") == "plain\ttext, gr\xc3\xbc\xc3\x9f dich");
    CHECK(terminal_safe("\x1b[31mred\r\n") == "\\x1b[31mred\\x0d\\x0a");
    CHECK(terminal_safe(std::string_view("\0\x7f", 2)) == "\\x00\\x7f");
    CHECK(terminal_safe("\xc2\x9b"
                        "31m") == "\\xc2\\x9b31m");
    CHECK(terminal_safe("\x9b"
                        "31m") == "\\x9b31m");
    CHECK(terminal_safe("\xff\xfe") == "\\xff\\xfe");
    CHECK(terminal_safe("\xe2\x82") == "\\xe2\\x82");
    for (int byte = 0; byte < 256; ++byte) {
        const char one = static_cast<char>(byte);
        for (const char c : terminal_safe(std::string_view(&one, 1)))
            CHECK(((c >= ' ' && c < 0x7f) || c == '\t'));
    }
}

TEST_CASE("UTF-8 is decoded strictly") {
    CHECK(first_code_point("\xe2\x82\xacx").value == 0x20ac);
    CHECK(first_code_point("\xf0\x9f\x98\x80").value == 0x1f600);
    for (const auto* wrong : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                              "\xf8\x88\x80\x80\x80", "\xc3", "\xe2\x82", "\xc3("})
        CHECK(first_code_point(wrong).size == 0);
    CHECK(valid_utf8_prefix("all ASCII and more than a word") == 30);
    CHECK(valid_utf8_prefix("eight ok\xc3\xbc\xff") == 10);
}

TEST_CASE("combining marks take no column") {
    CHECK(display_width("") == 0);
    CHECK(display_width("web-1") == 5);
    CHECK(display_width("gr\xc3\xbc\xc3\x9f") == 4);
    CHECK(display_width("u\xcc\x88") == 1);
}

TEST_CASE("splitting and joining are each other's inverse") {
    using Words = std::vector<std::string>;
    CHECK(split("", ',') == Words{});
    CHECK(split("a", ',') == Words{"a"});
    CHECK(split("a,b", ',') == Words{"a", "b"});
    CHECK(split(",a,,", ',') == Words{"", "a", "", ""});
    for (const auto* text : {"a", "a,b", ",", ",,a", "a,"})
        CHECK(join(split(text, ','), ",") == text);
}

TEST_CASE("a quoted word is one word to a shell") {
    CHECK(shell_quote("--port=80") == "--port=80");
    CHECK(shell_quote("/usr/bin/env") == "/usr/bin/env");
    CHECK(shell_quote("") == "''");
    CHECK(shell_quote("a b") == "'a b'");
    CHECK(shell_quote("it's") == "'it'\\''s'");
    CHECK(shell_quote("A=b") == "'A=b'");
    CHECK(shell_quote("~root") == "'~root'");
    CHECK(shell_quote("$HOME`x`") == "'$HOME`x`'");
}

TEST_CASE("signals are known by name and number") {
    CHECK(signal_number("TERM") == SIGTERM);
    CHECK(signal_number("sigterm") == SIGTERM);
    CHECK(signal_number("SIGUSR1") == SIGUSR1);
    CHECK(signal_number("9") == SIGKILL);
    CHECK(signal_number("RTMIN+3") == SIGRTMIN + 3);
    for (const auto* wrong : {"", "0", "65", "-9", "SIG", "TERMX", "9 ", "RTMIN+99", "SIGSIGTERM"})
        CHECK(signal_number(wrong) == 0);
    CHECK(signal_name(SIGKILL) == "SIGKILL");
    CHECK(signal_name(40) == "signal 40");
    for (int number = 1; number < 32; ++number)
        CHECK(signal_number(signal_name(number)) == number);
}
