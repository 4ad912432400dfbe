#include "tests/fuzz/fuzz_types.hpp"
#include "tests/fuzz/target.hpp"
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/type/structure.hpp>

// What is accepted is written, read back, and written the same again - in both forms.
FUZZ_TARGET(text) {
    using namespace layer_cake::codec;
    using namespace layer_cake::type;
    JsonReading reading;
    reading.limits.memory = 8u << 20;
    auto all = from_json<fuzz::All>(text, reading);
    if (all) {
        if (const auto first = to_json(*all)) {
            auto again = from_json<fuzz::All>(*first, reading);
            require(again.has_value());
            require(to_json(*again)->size() == first->size());
            untie(info_of<fuzz::All>(), &*again);
        }
        untie(info_of<fuzz::All>(), &*all);
    }
    JsonReading bare = reading;
    bare.wrap = Wrap::none;
    if (const auto any = from_json<Any>(text, bare)) {
        const auto bytes = to_binary(*any);
        auto again = bytes ? from_binary<Any>(*bytes) : Any();
        require(again.has_value());
        untie(info_of<Any>(), &*again);
    }
    require(from_json<Word>(text, bare).has_value() == is_json(text));
}
