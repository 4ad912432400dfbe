#include <algorithm>
#include <layer_cake/core/help_rows.hpp>
#include <layer_cake/core/text.hpp>

namespace layer_cake {

void append_wrapped(std::string& text, std::size_t at, std::string_view words, std::size_t indent) {
    constexpr std::size_t columns = 80;
    bool first = true;
    for (const auto& word : split(words, ' ')) {
        if (word.empty()) continue;
        if (!first && at + 1 + word.size() > columns - 1) {
            text.append("\n").append(indent, ' ');
            at = indent;
            first = true;
        }
        text.append(first ? "" : " ").append(word);
        at += word.size() + (first ? 0 : 1);
        first = false;
    }
    text += '\n';
}

void append_help_rows(std::string& text, const std::vector<HelpRow>& rows, std::size_t least) {
    constexpr std::size_t at_most = 30;
    std::size_t widest = least;
    for (const auto& row : rows)
        widest = std::max(widest, std::min(row.left.size(), at_most));
    const std::size_t indent = widest + 4;
    for (const auto& row : rows) {
        text.append("  ").append(row.left);
        if (row.right.empty()) {
            text += '\n';
            continue;
        }
        if (row.left.size() > widest)
            text.append("\n").append(indent, ' ');
        else
            text.append(indent - 2 - row.left.size(), ' ');
        append_wrapped(text, indent, row.right, indent);
    }
}

} // namespace layer_cake
