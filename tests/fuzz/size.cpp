#include "tests/fuzz/target.hpp"
#include <layer_cake/core/time_text.hpp>

// A size is read or refused; its own text is read back within the one decimal shown.
FUZZ_TARGET(text) {
    using namespace layer_cake;
    const auto size = parse_size(text);
    if (!size) return;
    const auto again = parse_size(format_size(*size));
    if (!again) {
        require(*size >> 62 != 0); // rounded up to 8E
        return;
    }
    const auto apart = *again > *size ? *again - *size : *size - *again;
    require(apart <= *size / 10);
}
