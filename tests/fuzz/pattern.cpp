#include "tests/fuzz/target.hpp"
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>

// The first line is a pattern, the rest a subject: compiled or refused, and a whole match is a match at the start too.
FUZZ_TARGET(text) {
    using namespace layer_cake;
    const auto end = std::min(text.find('\n'), text.size());
    const auto subject = text.substr(std::min(end + 1, text.size()));
    const auto shown = terminal_safe(text);
    require(valid_utf8_prefix(shown) == shown.size() && shown.find('\x1b') == shown.npos);
    require(display_width(shown) <= shown.size());
    const auto pattern = Pattern::compile(text.substr(0, end));
    if (!pattern) return;
    if (pattern->matches_whole(subject)) require(pattern->matches_start(subject));
    if (pattern->matches_start(subject)) require(pattern->found_in(subject));
}
