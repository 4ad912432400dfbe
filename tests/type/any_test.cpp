#include <doctest/doctest.h>
#include <layer_cake/type/messages.hpp>
#include <stdexcept>

using namespace layer_cake::type;

namespace any_test {

struct Counted {
    static inline int alive = 0;
    std::string text;
    Counted(std::string text = {}) : text(std::move(text)) { ++alive; }
    Counted(Counted&& other) noexcept : text(std::move(other.text)) { ++alive; }
    Counted& operator=(Counted&&) = default;
    ~Counted() { --alive; }
};
LAYER_CAKE_MESSAGE(Counted, text)

struct Throws {
    Throws() = default;
    explicit Throws(int) { throw std::runtime_error("refused"); }
};
LAYER_CAKE_MESSAGE(Throws)

struct alignas(128) Wide {
    int x = 7;
};
LAYER_CAKE_MESSAGE(Wide, x)

struct Large {
    std::array<double, 1000> row{};
};
LAYER_CAKE_MESSAGE(Large, row)

struct Tree {
    std::vector<Any> branches;
    std::map<std::string, Any> named;
    std::optional<std::vector<bool>> flags;
};
LAYER_CAKE_MESSAGE(Tree, branches, named, flags)

struct OutOfOrder : Faulted {
    std::int64_t number = 0;
};
LAYER_CAKE_MESSAGE(OutOfOrder, LAYER_CAKE_FAULT_MEMBERS, number)

} // namespace any_test
using namespace any_test;

TEST_CASE("an any is one pointer wide and null at first") {
    static_assert(sizeof(Any) == sizeof(void*));
    const Any none;
    CHECK_FALSE(none);
    CHECK(none.info() == nullptr);
    CHECK(none.signature() == "any");
    CHECK(none.get<Ack>() == nullptr);
}

TEST_CASE("an any gives its value as the type it is, and as no other") {
    Any any = Counted("hello");
    REQUIRE(any.get<Counted>());
    CHECK(any.get<Counted>()->text == "hello");
    CHECK(any.is<Counted>());
    CHECK(any.get<Throws>() == nullptr);
    CHECK(any.info() == &info_of<Counted>());
    any = Any::make<double>(2.5);
    CHECK(Counted::alive == 0);
    CHECK(*any.get<double>() == 2.5);
    any = std::vector<std::vector<double>>{{1.0}};
    CHECK(any.signature() == "vector<vector<float8>>");
}

TEST_CASE("a value is destroyed exactly once, however its any moves") {
    {
        Any a = Any::make<Counted>("a");
        Any b = std::move(a);
        CHECK_FALSE(a);
        a = std::move(b);
        b = Any::make<Counted>("b");
        b = std::move(a);
        CHECK(Counted::alive == 1);
        Any again = Any::adopt(b.release());
        CHECK(again.get<Counted>()->text == "a");
        destroy_box(again.release());
        CHECK(Counted::alive == 0);
        a = Any::make<Counted>("c");
        a.reset();
    }
    CHECK(Counted::alive == 0);
}

TEST_CASE("a constructor that throws leaves nothing behind") {
    CHECK_THROWS_AS(Any::make<Throws>(1), std::runtime_error);
}

TEST_CASE("values keep their alignment, and large ones fit") {
    Any wide = Wide{};
    CHECK(reinterpret_cast<std::uintptr_t>(wide.value()) % 128 == 0);
    CHECK(wide.get<Wide>()->x == 7);
    Any large = Any::make<Large>();
    large.get<Large>()->row[999] = 1;
    CHECK(large.copy().get<Large>()->row[999] == 1);
}

TEST_CASE("a copy is a second value, through all levels") {
    Tree tree;
    tree.branches.push_back(Counted("one"));
    tree.branches.push_back(Any());
    tree.named.emplace("two", Any(std::string("three")));
    tree.flags = std::vector<bool>{true, false};
    const Any any = Any::make<Tree>(std::move(tree));
    Any twin = any.copy();
    CHECK(twin == any);
    CHECK(Counted::alive == 2);
    twin.get<Tree>()->branches[0].get<Counted>()->text = "four";
    CHECK_FALSE(twin == any);
    CHECK(any.get<Tree>()->branches[0].get<Counted>()->text == "one");
}

TEST_CASE("an any made from a type alone holds that type's defaults") {
    const Any any = Any::make(info_of<Aborted>());
    CHECK(any.get<Aborted>()->condition == "aborted");
}

TEST_CASE("every fault is seen as one") {
    CHECK(as_fault(Aborted{})->explanation == "user or software interrupt");
    CHECK(as_fault(TimedOut{})->condition == "timed out");
    CHECK(as_fault(OutOfOrder{{"out of order", {}, {}, {}}, 3})->condition == "out of order");
    CHECK(info_of<OutOfOrder>().signature() == "any_test.OutOfOrder");
    CHECK(as_fault(Ack{}) == nullptr);
    CHECK(as_fault(std::string("fault")) == nullptr);
    CHECK(as_fault(Any()) == nullptr);
}
