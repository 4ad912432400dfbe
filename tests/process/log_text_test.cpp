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
