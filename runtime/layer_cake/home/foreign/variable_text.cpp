#include <fmt/format.h>
#include <layer_cake/home/foreign/variable_text.hpp>

namespace layer_cake::home::foreign {
namespace {

void replace(codec::Value& value, std::string text) {
    const auto mark = value.mark;
    value = codec::Value(std::move(text));
    value.mark = mark;
}

} // namespace

std::string without_variables(std::string_view text) {
    std::string out;
    for (const char c : text)
        out.append(c == '$' ? 2 : 1, c);
    return out;
}

std::string with_empty_variables(std::string_view text) {
    const auto starts = [](char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto inside = [&](char c) { return starts(c) || (c >= '0' && c <= '9'); };
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] != '$' || at + 1 == text.size()) {
            out += text[at++];
            continue;
        }
        if (text[at + 1] == '$') {
            out += "$$";
            at += 2;
            continue;
        }
        const bool braced = text[at + 1] == '{';
        auto end = at + (braced ? 2 : 1);
        const auto name = end;
        if (end < text.size() && starts(text[end]))
            while (end < text.size() && inside(text[end]))
                ++end;
        if (end == name || (braced && (end == text.size() || text[end] != '}'))) {
            out += text[at++]; // `$(`, `$1`, `${NAME:-`: as it is
            continue;
        }
        out += fmt::format("${{{}:-}}", text.substr(name, end - name));
        at = end + (braced ? 1 : 0);
    }
    return out;
}

void double_dollars(codec::Value& value) {
    if (value.string())
        replace(value, without_variables(*value.string()));
    else if (auto* items = value.array())
        for (auto& item : *items)
            double_dollars(item);
    else if (auto* members = value.object())
        for (auto& member : *members)
            if (!member.name.starts_with("x-")) double_dollars(member.value);
}

void empty_variables(codec::Value& value) {
    if (const auto* text = value.string()) {
        if (text->find('$') != text->npos) replace(value, with_empty_variables(*text));
    } else if (auto* items = value.array()) {
        for (auto& item : *items)
            empty_variables(item);
    } else if (auto* members = value.object()) {
        for (auto& member : *members)
            empty_variables(member.value);
    }
}

} // namespace layer_cake::home::foreign
