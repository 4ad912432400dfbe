#include "tests/fuzz/fuzz_types.hpp"
#include "tests/fuzz/target.hpp"
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/codec/typed_json.hpp>

// What is accepted is written, read back, and written the same again - in both forms.
FUZZ_TARGET(text) {
    using namespace layer_cake::codec;
    JsonReading reading;
    reading.limits.memory = 8u << 20;
    auto all = from_json<fuzz::All>(text, reading);
    if (all) {
        if (const auto first = to_json(*all)) {
            auto again = from_json<fuzz::All>(*first, reading);
            require(again.has_value());
            require(to_json(*again)->size() == first->size());
            fuzz::untie(again->pointer);
        }
        fuzz::untie(all->pointer);
    }
    JsonReading bare = reading;
    bare.wrap = Wrap::none;
    const auto any = from_json<layer_cake::type::Any>(text, bare);
    if (any)
        if (const auto bytes = to_binary(*any)) require(from_binary<layer_cake::type::Any>(*bytes).has_value());
    require(from_json<layer_cake::type::Word>(text, bare).has_value() == is_json(text));
}
