#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/percent_text.hpp>

namespace layer_cake::home::foreign {
namespace {

constexpr std::size_t longest = 1u << 20;

bool is_variable(std::string_view name) {
    const auto inside = [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::all_of(name.begin(), name.end(), inside);
}

Result<std::string> value_of(std::string_view name, const Expansions& expansions) {
    if (const auto found = expansions.find(name); found != expansions.end()) return found->second;
    if (name.starts_with("ENV_") && is_variable(name.substr(4))) return fmt::format("${{{}}}", name.substr(4));
    return fail(Fault::invalid, fmt::format("\"%({})s\" is not known", terminal_safe(name.substr(0, 60))));
}

/// A value in the form `s`, `d` or `02d`; nothing for another form.
Result<std::string> in_form(std::string value, std::string_view form) {
    const bool is_number = form.ends_with('d');
    auto width_text = form.substr(0, form.size() - 1);
    const bool zeros = width_text.starts_with('0');
    std::size_t width = 0;
    if (!width_text.empty()) (void)std::from_chars(width_text.data(), width_text.data() + width_text.size(), width);
    if (is_number && !std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return fail(Fault::invalid, fmt::format("\"{}\" is no number", terminal_safe(value.substr(0, 60))));
    if (width > 100) return fail(Fault::invalid, "a number of more than 100 digits");
    if (value.size() < width) value.insert(0, width - value.size(), is_number && zeros ? '0' : ' ');
    return value;
}

} // namespace

Result<std::string> expand_percents(std::string_view text, const Expansions& expansions) {
    std::string out;
    while (!text.empty()) {
        const char c = text.front();
        if (c != '%') {
            out.append(c == '$' ? 2 : 1, c);
            text.remove_prefix(1);
        } else if (text.starts_with("%%")) {
            out += '%';
            text.remove_prefix(2);
        } else {
            const auto close = text.find(')');
            const auto form_end = close == text.npos ? close : text.find_first_not_of("0123456789", close + 1);
            if (!text.starts_with("%(") || form_end == text.npos || (text[form_end] != 's' && text[form_end] != 'd'))
                return fail(Fault::invalid, fmt::format("\"{}\" is no \"%(name)s\": a percent sign is written %%",
                                                        terminal_safe(text.substr(0, 20))));
            auto value = value_of(text.substr(2, close - 2), expansions);
            if (value) value = in_form(std::move(*value), text.substr(close + 1, form_end - close));
            if (!value) return value;
            out += *value;
            text.remove_prefix(form_end + 1);
        }
        if (out.size() > longest) return fail(Fault::invalid, "the text is longer than 1 MiB after filling it in");
    }
    return out;
}

} // namespace layer_cake::home::foreign
