#pragma once

#include <cstdint>
#include <cstring>
#include <layer_cake/codec/json_scan.hpp>
#include <string>
#include <string_view>

/// What an undecoded value may refer to. Only that travels on with it: kept whole, tables would grow at every hop.
namespace layer_cake::codec {

/// Calls `use(text)` with each string of a JSON text that has been checked, names included.
template <class Use>
void each_string(std::string_view json, Use use) {
    std::string unescaped;
    for (std::size_t at = 0; (at = json.find('"', at)) != json.npos;) {
        JsonScan scan(json.substr(at));
        std::string_view raw;
        bool plain = true;
        if (!scan.take_string(raw, plain)) return;
        if (plain)
            use(raw);
        else if (unescape(raw, unescaped))
            use(std::string_view(unescaped));
        at = static_cast<std::size_t>(scan.at() - json.data());
    }
}

/// Calls `use(number)` with every eight bytes in a row, wherever they begin.
template <class Use>
void each_eight_bytes(std::string_view bytes, Use use) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); ++at) {
        std::uint64_t number;
        std::memcpy(&number, bytes.data() + at, 8);
        use(number);
    }
}

} // namespace layer_cake::codec
