#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/layer_cake.hpp>
#include <layer_cake/object/sanitizers.hpp>

using namespace layer_cake;
using namespace std::chrono_literals;

namespace {

struct Nest {
    std::vector<Nest> inside;
    std::map<std::string, std::vector<Any>> more;
};
LAYER_CAKE_MESSAGE(Nest, inside, more)

/// So many levels of lists and objects: each Nest is two of them.
std::string nested(int levels) {
    std::string open, close;
    for (; levels > 1; levels -= 2) {
        open += R"({"inside":[)";
        close += "]}";
    }
    return R"({"value":)" + open + (levels ? "{}" : "") + close + "}";
}

std::string anys(int levels) {
    std::string open, close;
    for (int level = 0; level < levels; ++level) {
        open += R"(["any",)";
        close += ",[]]";
    }
    return R"({"value":)" + open + "null" + close + "}";
}

} // namespace

TEST_CASE("the deepest texts are read and written on a function's usual stack, and bombs are refused there") {
    std::size_t stack = 0;
    object::Runtime::Options options;
    options.threads = false;
    options.watch = [&](const object::Notice& notice) {
        if (notice.what == object::Notice::What::ended) stack = std::max(stack, notice.stack);
    };
    Runtime runtime(std::move(options));
    std::string problem;
    const auto value = runtime.run([&](Self&) {
        auto deepest = codec::from_json<Nest>(nested(63));
        REQUIRE(deepest);
        const auto text = codec::to_json(*deepest);
        REQUIRE(text);
        CHECK(codec::from_json<Any>(anys(63))); // its list of aliases is the last level
        CHECK(codec::is_json(*text, 66));
        CHECK_FALSE(codec::from_json<Nest>(nested(67)));
        CHECK_FALSE(codec::from_json<Any>(anys(64)));
        CHECK_FALSE(codec::from_json<Any>(anys(500'000)));
        CHECK_FALSE(codec::from_json<Nest>(nested(1'000'000)));
        CHECK_FALSE(codec::parse_json(std::string(4 << 20, '[')));
        CHECK_FALSE(codec::is_json(std::string(4 << 20, '{')));
        return true;
    });
    REQUIRE(value.get<bool>());
    CHECK(stack > 0);
#ifdef LAYER_CAKE_ADDRESS_SANITIZER // makes frames larger
    CHECK(stack <= object::Stack::usual);
#else
    CHECK(stack <= object::Stack::usual / 2); // as much again for the function's own
#endif
}
