#include "talk.hpp"

#include <doctest/doctest.h>
#include <layer_cake/object/elsewhere.hpp>
#include <layer_cake/object/named.hpp>

namespace lc = layer_cake;
using namespace talk;

namespace {

struct Secret { // cannot travel
    int number = 0;
};

std::string join(lc::Self&, std::string text, long long number, std::vector<Xy> sizes, lc::Any any) {
    return text + std::to_string(number) + std::to_string(sizes.at(0).x) + any.signature();
}
LAYER_CAKE_OBJECT(join)

int keeper(lc::Self&, Secret secret) {
    return secret.number;
}
LAYER_CAKE_OBJECT(keeper)

int nameless(lc::Self&) {
    return 1;
}

struct Adder {
    using accepts = lc::accepts<lc::Enquiry>;
    std::int64_t start;
    std::string why;
    Sum on(lc::Object&, lc::Enquiry) { return {start}; }
};

/// Runs a root in a runtime whose elsewhere is right here: objects are made by their names.
lc::Any run_here(auto root, std::vector<std::string>* names = nullptr) {
    lc::Runtime::Options options;
    options.threads = false;
    options.elsewhere = [names](lc::object::Elsewhere&& object) {
        if (names) names->push_back(object.name);
        return (*lc::object::find_maker(object.name))(object.arguments).value();
    };
    lc::Runtime runtime(std::move(options));
    return runtime.run(root);
}

lc::Any value_of(lc::Self& self, const lc::Address&) {
    auto m = self.input();
    auto* returned = m.get<lc::Returned>();
    return returned ? std::move(returned->message) : std::move(m);
}

} // namespace

TEST_CASE("arguments go elsewhere as what the function's parameters are") {
    const auto value = run_here([](lc::Self& self) {
        return value_of(self, self.create(lc::own_process(), join, "a", 2, std::vector<Xy>{{3, 4}}, lc::Ack{}));
    });
    REQUIRE(value.is<std::string>());
    CHECK(*value.get<std::string>() == "a23layer_cake.point_runtime.Ack");
}

TEST_CASE("a machine is made elsewhere by its class and the types of its arguments") {
    std::vector<std::string> names;
    const auto value = run_here(
        [](lc::Self& self) {
            const auto adder = self.create<Adder>(lc::own_process(), std::int64_t{7}, "seven");
            auto sum = self.ask(lc::Enquiry{}, adder, std::chrono::seconds(1));
            self.send(lc::Stop{}, adder);
            return sum;
        },
        &names);
    REQUIRE(value.is<Sum>());
    CHECK(value.get<Sum>()->of == 7);
    CHECK(names == std::vector<std::string>{"Adder:integer8:unicode"});
}

TEST_CASE("what cannot be made elsewhere ends at once and says why") {
    const auto why = [](auto make) {
        return explanation(run_here([&](lc::Self& self) { return value_of(self, make(self)); }));
    };
    CHECK(why([](lc::Self& self) { return self.create(lc::own_process(), nameless); }) ==
          "cannot start process: function: it has no name (LAYER_CAKE_OBJECT gives it one)");
    CHECK(why([](lc::Self& self) { return self.create(lc::own_process(), [](lc::Self&) {}); }) ==
          "cannot start process: function: it is no plain function");
    CHECK(why([](lc::Self& self) { return self.create(lc::own_process(), keeper, Secret{}); }) ==
          "cannot start process: keeper: one of its parameters is of a type that cannot travel");
    CHECK(why([](lc::Self& self) { return self.create(lc::own_process()); }) ==
          "cannot start process: program: the place names no program");
}

TEST_CASE("outside a program an object of another process ends at once and says why") {
    Still still;
    const auto value = still.runtime.run([](lc::Self& self) {
        return value_of(self, self.create(lc::own_process(), join, "a", 1, std::vector<Xy>{}, Xy{}));
    });
    CHECK(explanation(value) == "cannot start process: join: its parent is in no program that runs by lc::run()");
}

TEST_CASE("arguments that do not fit the parameters are refused by their place") {
    const auto maker = lc::object::find_maker("join");
    REQUIRE(maker.has_value());
    std::vector<lc::Any> few;
    few.emplace_back(std::string("a"));
    CHECK((*maker)(few).error().detail == "its arguments are 1 instead of 4");
    std::vector<lc::Any> wrong;
    wrong.emplace_back(std::string("a"));
    wrong.emplace_back(2.5);
    wrong.emplace_back(std::vector<Xy>{});
    wrong.emplace_back();
    CHECK((*maker)(wrong).error().detail == "its argument 2 came as float8");
    CHECK(lc::object::find_maker("nobody").error().detail == "no object is named \"nobody\"");
}
