#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>
#include <layer_cake/home/foreign/ini.hpp>
#include <unordered_map>

namespace layer_cake::home::foreign {
namespace {

constexpr std::size_t longest = 1u << 20, most_sections = 10'000, most_keys = 1'000;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/// The line without its comment.
std::string_view without_comment(std::string_view line) {
    for (std::size_t at = 0; at < line.size(); ++at)
        if ((line[at] == ';' || line[at] == '#') && (at == 0 || is_blank(line[at - 1]))) return line.substr(0, at);
    return line;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string small(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

class Reader {
public:
    tl::expected<Ini, IniError> read(std::string_view text) {
        if (text.size() > longest) return wrong({}, "the file is larger than 1 MiB");
        if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        for (std::uint32_t number = 1; !text.empty(); ++number) {
            const auto end = text.find('\n');
            const auto line = text.substr(0, end);
            text.remove_prefix(end == text.npos ? text.size() : end + 1);
            if (auto error = take(line, number)) return tl::unexpected(std::move(*error));
        }
        for (auto& section : ini_.sections)
            for (auto& entry : section.entries)
                while (!entry.value.empty() && (entry.value.back() == '\n' || is_blank(entry.value.back())))
                    entry.value.pop_back();
        return std::move(ini_);
    }

private:
    static tl::unexpected<IniError> wrong(codec::Mark at, std::string rule) {
        return tl::unexpected(IniError{at, std::move(rule)});
    }

    std::optional<IniError> take(std::string_view line, std::uint32_t number) {
        const auto content = trimmed(without_comment(line));
        const auto column = content.empty() ? 1 : static_cast<std::uint32_t>(content.data() - line.data() + 1);
        const codec::Mark mark{number, column};
        if (content.empty()) {
            if (open_ && trimmed(line).empty()) open_->value += '\n'; // a blank line may be within a value
            return std::nullopt;
        }
        if (valid_utf8_prefix(content) != content.size() || content.find('\0') != content.npos)
            return IniError{mark, "this is not text in UTF-8"};
        if (open_ && column > indent_) {
            open_->value += '\n';
            open_->value += content;
            return std::nullopt;
        }
        if (content.front() == '[') return take_section(content, mark);
        return take_entry(content, mark);
    }

    std::optional<IniError> take_section(std::string_view content, codec::Mark mark) {
        const auto close = content.rfind(']');
        const auto name = close == content.npos ? std::string_view() : trimmed(content.substr(1, close - 1));
        if (name.empty()) return IniError{mark, fmt::format("not a section \"[name]\": \"{}\"", shown(content))};
        const auto [found, is_new] = places_.try_emplace(std::string(name), ini_.sections.size());
        if (is_new) {
            if (ini_.sections.size() == most_sections) return IniError{mark, "more than 10,000 sections"};
            ini_.sections.push_back({std::string(name), mark, {}});
        }
        section_ = &ini_.sections[found->second];
        open_ = nullptr;
        return std::nullopt;
    }

    std::optional<IniError> take_entry(std::string_view content, codec::Mark mark) {
        open_ = nullptr;
        if (!section_) return IniError{mark, fmt::format("\"{}\" stands before any section", shown(content))};
        const auto sign = content.find_first_of("=:");
        const auto key = sign == content.npos ? std::string() : small(trimmed(content.substr(0, sign)));
        if (key.empty()) return IniError{mark, fmt::format("not a line \"key = value\": \"{}\"", shown(content))};
        const auto value = trimmed(content.substr(sign + 1));
        const auto value_column = static_cast<std::uint32_t>(value.data() - content.data());
        auto& entries = section_->entries;
        auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.key == key; });
        if (found == entries.end()) {
            if (entries.size() == most_keys) return IniError{mark, "more than 1,000 keys in a section"};
            found = entries.insert(entries.end(), {key, {}, {}, {}});
        }
        found->value = value;
        found->mark = mark;
        found->value_mark = {mark.line, value.empty() ? mark.column : mark.column + value_column};
        open_ = &*found;
        indent_ = mark.column;
        return std::nullopt;
    }

    static std::string shown(std::string_view text) { return terminal_safe(text.substr(0, 60)); }

    Ini ini_;
    std::unordered_map<std::string, std::size_t> places_;
    Ini::Section* section_ = nullptr;
    Ini::Entry* open_ = nullptr; ///< whose value an indented line goes on with
    std::uint32_t indent_ = 0;
};

} // namespace

const Ini::Entry* Ini::Section::find(std::string_view key) const {
    for (const auto& entry : entries)
        if (entry.key == key) return &entry;
    return nullptr;
}

tl::expected<Ini, IniError> parse_ini(std::string_view text) {
    return Reader().read(text);
}

} // namespace layer_cake::home::foreign
