#include <doctest/doctest.h>
#include <layer_cake/layer_cake.hpp>
#include <mutex>

using namespace layer_cake;
using object::Field;
using object::LogLevel;

namespace {

std::string text(char tag, std::string_view said, std::initializer_list<Field> fields) {
    return object::log_text(
        {LogLevel::console, tag, Address(0x13), "talker", {}, said, {fields.begin(), fields.end()}});
}

struct Door {
    enum State { shut, open };
    using states = layer_cake::states<shut, open>;
    using accepts = layer_cake::accepts<T1, T2>;
    State on(Object& self, at<shut>, T1) {
        self.console("opening");
        return open;
    }
    State on(Object& self, at<open>, T1) {
        self.trace("it is open");
        self.sample("metering", {{"a", 1}, {"b", 2.5}});
        return open;
    }
    State on(Object& self, T2) {
        self.complete();
        return shut;
    }
};

} // namespace

TEST_CASE("a line is the tag, the object and what it said, with fields behind") {
    CHECK(text('^', "tick tock", {{"i", 0}}) == "^ <00000013>talker - tick tock (i=0)");
    CHECK(text('^', "tick", {}) == "^ <00000013>talker - tick");
    CHECK(text('^', "", {{"a", 1}, {"b", "x y"}}) == "^ <00000013>talker - a=1,b=x y");
    CHECK(text('&', "metering", {{"a", 1}, {"b", 2.5}}) == "& <00000013>talker - metering (a=1,b=2.5)");
    CHECK(text('^', "a\nb\x1b", {{"on", true}}) == "^ <00000013>talker - a\\x0ab\\x1b (on=true)");
    CHECK(text('^', std::string(10000, 'x'), {}).size() == 4000);
}

TEST_CASE("where trails are wanted each message is told of as the predecessor has it, and the stack of a function") {
    std::string told;
    object::Runtime::Options options;
    options.log_level = LogLevel::object;
    options.trails = true;
    options.threads = false;
    options.log = [&](const object::LogLine& line) { told += object::log_text(line) + "\n"; };
    std::size_t stack = 0;
    options.watch = [&](const object::Notice& notice) {
        if (notice.what == object::Notice::What::ended) stack = std::max(stack, notice.stack);
    };
    Runtime runtime(std::move(options));
    runtime.run([](Self& self) {
        const auto door = self.create<Door>();
        self.send(T1{}, door);
        self.send(Ack{}, door);
        self.ask(T2{}, door, std::chrono::seconds(1));
        return self.input();
    });
    CHECK(told == "> <00000001>function - Sent T1 to <00000002>\n"
                  "> <00000001>function - Sent Ack to <00000002>\n"
                  "> <00000001>function - Sent T2 to <00000002> (from <8000000000003>)\n"
                  "< <00000002>Door[shut] - Received T1 from <00000001>\n"
                  "^ <00000002>Door[shut] - opening\n"
                  "< <00000002>Door[open] - Received Ack from <00000001>\n"
                  "< <00000002>Door[open] - Dropped Ack from <00000001>\n"
                  "< <00000002>Door[open] - Received T2 from <8000000000003>\n"
                  "< <00000001>function - Received Faulted from <00000002>\n"
                  "< <00000001>function - Received Returned from <00000002>\n");
    CHECK(stack > 0);
}

TEST_CASE("what is below the level is not told, and a machine's state is") {
    std::mutex mutex;
    std::vector<std::string> lines;
    object::Runtime::Options options;
    options.log_level = LogLevel::trace;
    options.log = [&](const object::LogLine& line) {
        const std::lock_guard guard(mutex);
        const auto whole = object::log_text(line);
        lines.push_back(whole.substr(0, 2) + whole.substr(whole.find('>') + 1));
    };
    Runtime runtime(std::move(options));
    runtime.run([](Self& self) {
        const auto door = self.create<Door>();
        self.send(T1{}, door);
        self.send(T1{}, door);
        self.send(T2{}, door);
        self.debug("not told");
        return self.input();
    });
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].find("Door[shut] - opening") != std::string::npos);
    CHECK(lines[1].find("Door[open] - it is open") != std::string::npos);
    CHECK(lines[2].starts_with("& "));
}
