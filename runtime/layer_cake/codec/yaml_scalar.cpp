#include <algorithm>
#include <layer_cake/codec/number_text.hpp>
#include <layer_cake/codec/yaml_scalar.hpp>

namespace layer_cake::codec {
namespace {

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Words that other readers (YAML 1.1) take for true or false.
bool is_doubtful(std::string_view text) {
    static constexpr std::string_view words[] = {"y", "n", "yes", "no", "on", "off"};
    if (text.size() > 3) return false;
    std::string lower(text);
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return std::find(std::begin(words), std::end(words), lower) != std::end(words);
}

} // namespace

Value plain_scalar(std::string_view text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return {};
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    if (is_yaml_number(text)) return Number{std::string(text)};
    return text;
}

bool plain_is_safe(std::string_view text) {
    if (text.empty() || plain_scalar(text).kind() != Value::Kind::string || is_doubtful(text)) return false;
    const char first = text.front();
    const bool begins_well = is_letter(first) || is_digit(first) || first == '/' || first == '_' || first == '$' ||
                             ((first == '.' || first == '-') && text.size() > 1 && text[1] != ' ' && text[1] != ':');
    if (!begins_well || text.substr(0, 3) == "..." || text.substr(0, 3) == "---") return false;
    // Dates, `1_000` and `12:30` are no text to YAML 1.1.
    if (!is_letter(first) && text.find_first_not_of("0123456789_-:.+eE") == std::string_view::npos) return false;
    // A colon is safe between characters that are not spaces or brackets: `http://host:80/x`.
    if (text.back() == ' ' || text.back() == ':') return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (is_letter(c) || is_digit(c) || std::string_view("_-./+=@$%~^*!;()").find(c) != std::string_view::npos)
            continue;
        if (c == ' ' && text[i + 1] != '#') continue; // the last is no space
        if (c == ':' && (is_letter(text[i + 1]) || is_digit(text[i + 1]) || text[i + 1] == '/')) continue;
        return false;
    }
    return true;
}

} // namespace layer_cake::codec
