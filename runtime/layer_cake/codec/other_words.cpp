#include <algorithm>
#include <layer_cake/codec/other_words.hpp>

namespace layer_cake::codec {
namespace {

constexpr struct {
    std::string_view type, said, name;
} other_words[] = {{"layer_cake.command_line.ScopeOfDirectory", "REALM", "WAN"}};

bool same(char a, char b) {
    const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
    return upper(a) == upper(b);
}

} // namespace

std::string_view other_word(std::string_view type, std::string_view said) {
    for (const auto& word : other_words)
        if (word.type == type && std::equal(word.said.begin(), word.said.end(), said.begin(), said.end(), same))
            return word.name;
    return {};
}

} // namespace layer_cake::codec
