#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/template_text.hpp>

namespace layer_cake::home::foreign {
namespace {

constexpr std::size_t longest = 1u << 20;

bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view trimmed(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1); // `{{-` and `-}}` take the blanks beside them: none matter here
    if (text.ends_with('-')) text.remove_suffix(1);
    while (text.starts_with(' '))
        text.remove_prefix(1);
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

} // namespace

Result<std::string> fill_template(std::string_view text, const TemplateVariables& variables) {
    std::string out;
    for (;;) {
        const auto open = text.find("{{");
        out += text.substr(0, open);
        if (open == text.npos) return out;
        const auto close = text.find("}}", open);
        const auto whole = text.substr(open, close == text.npos ? close : close + 2 - open);
        const auto shown = terminal_safe(whole.substr(0, 60));
        if (close == text.npos) return fail(Fault::invalid, fmt::format("the template \"{}\" is not closed", shown));
        const auto inside = trimmed(text.substr(open + 2, close - open - 2));
        const auto name = inside.substr(inside.empty() ? 0 : 1);
        if (!inside.starts_with('.') || name.empty() || !std::all_of(name.begin(), name.end(), in_name))
            return fail(Fault::invalid,
                        fmt::format("the template \"{}\" is more than a variable such as {{{{.NAME}}}}", shown));
        const auto found = variables.find(name);
        if (found == variables.end())
            return fail(Fault::invalid,
                        fmt::format("the template \"{}\" has a variable that \"vars\" does not have", shown));
        out += found->second;
        if (out.size() > longest) return fail(Fault::invalid, "the text is longer than 1 MiB after filling it in");
        text.remove_prefix(close + 2);
    }
}

} // namespace layer_cake::home::foreign
