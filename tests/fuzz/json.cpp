#include "tests/fuzz/target.hpp"
#include <layer_cake/codec/json.hpp>
#include <simdjson.h>

// We and simdjson's strict reader accept the same texts, but for numbers beyond 64 bits,
// repeated names and depth; what is accepted is written and read back equal.
FUZZ_TARGET(text) {
    using namespace layer_cake::codec;
    const auto value = parse_json(text);
    simdjson::dom::parser strict;
    const auto error = strict.parse(simdjson::padded_string(text)).error();
    if (!value) {
        const auto& words = value.error().detail;
        require(error || words.find("twice") != words.npos || words.find("deeper") != words.npos);
        return;
    }
    require(!error || error == simdjson::NUMBER_ERROR);
    for (const auto layout : {Layout::compact, Layout::indented}) {
        const auto again = parse_json(write_json(*value, layout));
        require(again && *again == *value);
    }
}
