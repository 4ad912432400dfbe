#include <fmt/format.h>
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/directory/search_text.hpp>

namespace layer_cake::directory {
namespace {

constexpr std::string_view special = "\\^$.|?*+()[]{}";

bool is_special(char c) {
    return special.find(c) != std::string_view::npos;
}

/// Whether some alternative is outside of all parentheses; true as well where that would take a parser to say.
bool has_alternatives(std::string_view pattern) {
    if (pattern.find('|') == std::string_view::npos) return false;
    if (pattern.find_first_of("\\[") != std::string_view::npos) return true;
    int depth = 0;
    for (const char c : pattern) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == '|' && depth == 0) return true;
    }
    return false;
}

} // namespace

Result<void> check_name(std::string_view name) {
    if (name.empty() || name.size() > longest_name)
        return fail(Fault::invalid, fmt::format("a name is 1 to {} bytes of text", longest_name));
    return ok();
}

Result<void> check_search(std::string_view search) {
    if (search.empty()) return fail(Fault::invalid, "a search is not empty");
    if (is_plain(search)) return check_name(search);
    if (auto pattern = Pattern::compile(search, pattern_memory); !pattern) return fail(std::move(pattern).error());
    return ok();
}

bool is_plain(std::string_view search) {
    return search.find_first_of(special) == std::string_view::npos;
}

std::string prefix_of(std::string_view pattern) {
    std::string prefix;
    if (has_alternatives(pattern)) return prefix;
    std::size_t last = 0; // where the last character of the prefix begins
    for (std::size_t at = pattern.starts_with('^') ? 1 : 0; at < pattern.size();) {
        char c = pattern[at];
        std::size_t size = 1;
        if (c == '\\') {
            // Only punctuation stands for itself behind it.
            if (at + 1 == pattern.size() || !(is_special(pattern[at + 1]) || pattern[at + 1] == '-')) return prefix;
            c = pattern[at + 1];
            size = 2;
        } else if (c == '?' || c == '*' || c == '{') {
            prefix.resize(last); // the last may be missing
            return prefix;
        } else if (is_special(c)) {
            return prefix;
        } else {
            while (at + size < pattern.size() && (static_cast<unsigned char>(pattern[at + size]) & 0xC0) == 0x80)
                ++size;
        }
        last = prefix.size();
        if (size == 2 && pattern[at] == '\\')
            prefix += c;
        else
            prefix.append(pattern, at, size);
        at += size;
    }
    return prefix;
}

} // namespace layer_cake::directory
