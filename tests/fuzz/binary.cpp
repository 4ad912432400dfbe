#include "tests/fuzz/fuzz_types.hpp"
#include "tests/fuzz/target.hpp"
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/type/structure.hpp>

// Any bytes behind the right hash: what is accepted is written to as many bytes and read again.
FUZZ_TARGET(text) {
    using namespace layer_cake::codec;
    using namespace layer_cake::type;
    BinaryReading reading;
    reading.limits.memory = 8u << 20;
    const auto hash = info_of<fuzz::All>().schema_hash();
    std::string bytes(reinterpret_cast<const char*>(&hash), sizeof hash);
    bytes += text;
    auto all = from_binary<fuzz::All>(bytes, reading);
    if (!all) return;
    const auto again = to_binary(*all);
    require(again.has_value());
    auto back = from_binary<fuzz::All>(*again, reading);
    require(back.has_value());
    static_cast<void>(to_json(*all));
    untie(info_of<fuzz::All>(), &*all);
    untie(info_of<fuzz::All>(), &*back);
}
