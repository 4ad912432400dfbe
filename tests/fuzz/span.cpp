#include "tests/fuzz/target.hpp"
#include <layer_cake/core/time_text.hpp>

// A time span is read or refused; what is read is never negative, and its text is read back the same.
FUZZ_TARGET(text) {
    using namespace layer_cake;
    const auto span = parse_span(text);
    if (!span) return;
    require(*span >= Duration::zero());
    const auto again = parse_span(format_span(*span));
    require(again && *again == *span);
    require(!format_elapsed(*span).empty());
}
