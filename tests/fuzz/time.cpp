#include "tests/fuzz/target.hpp"
#include <layer_cake/core/time_text.hpp>

// A moment is read or refused; what is read is read back the same from its own text.
FUZZ_TARGET(text) {
    using namespace layer_cake;
    parse_time(text, true);
    const auto time = parse_time(text);
    if (!time) return;
    const auto again = parse_time(format_time(*time, 9));
    require(again && *again == *time);
}
