#include <fmt/format.h>
#include <layer_cake/home/interpolate.hpp>

namespace layer_cake::home {
namespace {

constexpr int deepest = 8;
constexpr std::size_t longest = 1u << 20;

bool starts_name(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool in_name(char c) {
    return starts_name(c) || (c >= '0' && c <= '9');
}

std::string_view take_name(std::string_view& rest) {
    std::size_t end = 0;
    if (!rest.empty() && starts_name(rest[0]))
        while (end < rest.size() && in_name(rest[end]))
            ++end;
    const auto name = rest.substr(0, end);
    rest.remove_prefix(end);
    return name;
}

/// The length of the text before the `}` that closes the brace opened before it, or npos.
std::size_t closing(std::string_view text) {
    int open = 1;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '$' && at + 1 < text.size() && (text[at + 1] == '$' || text[at + 1] == '{')) {
            if (text[at + 1] == '{') ++open;
            ++at;
        } else if (text[at] == '}' && --open == 0) {
            return at;
        }
    }
    return std::string_view::npos;
}

Result<std::string> expand(std::string_view text, const Variables& variables, int level);

Result<std::string> expand_braces(std::string_view inside, const Variables& variables, int level) {
    auto rest = inside;
    const auto name = take_name(rest);
    if (name.empty())
        return fail(Fault::invalid,
                    fmt::format("no variable name in \"${{{}}}\" (write $$ for a dollar sign)", inside));
    auto value = variables(name);
    if (rest.empty()) {
        if (value) return std::move(*value);
        return fail(
            Fault::invalid,
            fmt::format("variable \"{0}\" is not set (write ${{{0}:-}} to leave it empty, $$ for a dollar sign)",
                        name));
    }
    const bool colon = rest[0] == ':';
    if (colon) rest.remove_prefix(1);
    const char sign = rest.empty() ? '\0' : rest[0];
    if (sign != '-' && sign != '+' && sign != '?')
        return fail(
            Fault::invalid,
            fmt::format(
                "cannot read \"${{{}}}\" (write ${{NAME}}, ${{NAME:-default}}, ${{NAME:+text}} or ${{NAME:?message}})",
                inside));
    rest.remove_prefix(1);
    const bool given = value && !(colon && value->empty());
    if (sign == '+') return given ? expand(rest, variables, level + 1) : Result<std::string>("");
    if (given) return std::move(*value);
    if (sign == '-') return expand(rest, variables, level + 1);
    auto message = expand(rest, variables, level + 1);
    if (!message) return message;
    return fail(Fault::invalid, fmt::format("variable \"{}\" is {}{}{}", name, value ? "empty" : "not set",
                                            message->empty() ? "" : ": ", *message));
}

Result<std::string> expand(std::string_view text, const Variables& variables, int level) {
    if (level > deepest) return fail(Fault::invalid, fmt::format("variables nest more than {} deep", deepest));
    std::string out;
    while (!text.empty()) {
        const auto dollar = text.find('$');
        out.append(text.substr(0, dollar));
        if (dollar == std::string_view::npos) break;
        text.remove_prefix(dollar + 1);
        Result<std::string> piece("$");
        if (text.starts_with('$')) {
            text.remove_prefix(1);
        } else if (text.starts_with('{')) {
            text.remove_prefix(1);
            const auto end = closing(text);
            if (end == std::string_view::npos)
                return fail(Fault::invalid, fmt::format("\"${{{}\" has no closing brace", text.substr(0, 40)));
            piece = expand_braces(text.substr(0, end), variables, level);
            text.remove_prefix(end + 1);
        } else if (!text.empty() && starts_name(text[0])) {
            piece = expand_braces(take_name(text), variables, level);
        }
        if (!piece) return piece;
        out += *piece;
        if (out.size() > longest) return fail(Fault::invalid, "text is longer than 1 MiB after replacing variables");
    }
    return out;
}

/// Whether YAML would read the text as an integer or a decimal.
bool is_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    std::size_t digits = 0, dots = 0;
    for (const char c : text) {
        if (c == '.' && digits > 0 && dots == 0)
            ++dots;
        else if (c >= '0' && c <= '9')
            ++digits;
        else
            return false;
    }
    return digits > 0 && text.size() < 32 && text.back() != '.';
}

codec::Value typed(std::string text) {
    if (text == "true") return true;
    if (text == "false") return false;
    if (is_number(text)) return codec::Number{std::move(text)};
    return text;
}

} // namespace

Result<std::string> interpolate(std::string_view text, const Variables& variables) {
    return expand(text, variables, 0);
}

void interpolate_all(codec::Value& value, const Variables& variables, std::vector<Problem>& problems) {
    if (const auto* text = value.string()) {
        if (text->find('$') == std::string::npos) return;
        auto replaced = interpolate(*text, variables);
        if (!replaced) return problems.push_back({"", value.mark, std::move(replaced).error().detail});
        const auto mark = value.mark;
        value = typed(std::move(*replaced));
        value.mark = mark;
    } else if (auto* list = value.array()) {
        for (auto& item : *list)
            interpolate_all(item, variables, problems);
    } else if (auto* members = value.object()) {
        for (auto& member : *members)
            if (!member.name.starts_with("x-")) interpolate_all(member.value, variables, problems);
    }
}

} // namespace layer_cake::home
