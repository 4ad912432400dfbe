#include "tests/codec/vectors.hpp"
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <functional>
#include <layer_cake/codec/typed_json.hpp>
#include <map>

using namespace layer_cake;
using namespace layer_cake::codec;
using namespace layer_cake::type;

namespace vectors {

enum class Colour { RED = 1, GREEN };
LAYER_CAKE_ENUM(Colour, RED, GREEN)

struct Inner {
    std::int64_t n = 0;
    std::optional<std::string> label;
};
LAYER_CAKE_MESSAGE(Inner, n, label)

} // namespace vectors
LAYER_CAKE_REGISTER(std::vector<std::vector<double>>)
LAYER_CAKE_REGISTER(vectors::Colour)

namespace {

/// Decodes as a T, and encodes.
template <class T>
std::string again(std::string_view text) {
    const auto got = from_json<T>(fmt::format(R"({{"value":{}}})", text));
    if (!got) return "refused";
    JsonWriting bare;
    bare.wrap = Wrap::none;
    return to_json(*got, bare).value_or("not written");
}

using Codecs = std::map<std::string, std::function<std::string(std::string_view)>, std::less<>>;

template <class... T>
Codecs codecs() {
    return {{info_of<T>().signature(), again<T>}...};
}

/// Scalars are null, too.
template <class... T>
Codecs nullable_codecs() {
    return codecs<std::optional<T>...>();
}

} // namespace

TEST_CASE("texts are read, refused and written as Python does, but where ours is stricter") {
    auto known = nullable_codecs<bool, std::byte, char, char32_t, std::int16_t, std::int32_t, std::int64_t,
                                 std::uint16_t, std::uint32_t, std::uint64_t, float, double, ByteString, std::string,
                                 Block, ClockTime, Duration, WallTime, TimeDelta, Uuid, vectors::Colour>();
    known.merge(codecs<Any, Word, TypeName, vectors::Inner, Faulted, HostPort, std::vector<std::int64_t>,
                       std::deque<std::int64_t>, std::set<std::int64_t>, std::array<std::int64_t, 3>,
                       std::map<std::string, double>, std::map<std::int64_t, std::vector<std::int64_t>>,
                       std::vector<std::vector<double>>>());
    for (const auto& vector : codec_vectors::all) {
        const auto codec = known.find(vector.signature);
        REQUIRE_MESSAGE(codec != known.end(), vector.signature);
        const auto wanted = vector.ours == codec_vectors::same ? vector.text : vector.ours;
        CHECK_MESSAGE(codec->second(vector.text) == wanted, vector.signature, " ", vector.text);
    }
}
