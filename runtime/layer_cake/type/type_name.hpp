#pragma once

#include <array>
#include <string_view>

namespace layer_cake::type {

/// `... T = shop::Order ...`, as the compiler writes it.
template <class T>
constexpr std::string_view compiler_text() {
    return __PRETTY_FUNCTION__;
}

/// A name's characters in a place of their own.
template <std::size_t room>
struct NameText {
    std::array<char, room> characters{};
    std::size_t size = 0;
    constexpr std::string_view view() const { return {characters.data(), size}; }
};

template <class T>
constexpr auto make_qualified_name() {
    constexpr auto whole = compiler_text<T>();
    constexpr auto start = whole.find("T = ") + 4;
    constexpr auto text = whole.substr(start, whole.find_first_of(";]", start) - start);
    NameText<text.size() + 1> name;
    for (std::size_t at = 0; at < text.size();) {
        const auto rest = text.substr(at);
        bool unnamed = false;
        for (const std::string_view space : {"{anonymous}::", "(anonymous namespace)::"})
            if (rest.starts_with(space)) {
                at += space.size();
                unnamed = true;
            }
        if (unnamed) continue;
        if (rest.starts_with("::")) {
            name.characters[name.size++] = '.';
            at += 2;
        } else {
            name.characters[name.size++] = text[at++];
        }
    }
    return name;
}

template <class T>
struct QualifiedName {
    static constexpr auto text = make_qualified_name<T>();
};

/// The name of a class or enumeration with its namespaces, dots between: `shop.Order`. Unnamed namespaces are left out.
template <class T>
constexpr std::string_view qualified_name() {
    return QualifiedName<T>::text.view();
}

/// `... V = shop::idle ...`, as the compiler writes it.
template <auto V>
constexpr std::string_view compiler_text_of_value() {
    return __PRETTY_FUNCTION__;
}

/// The name of an enumerator, without what it is in: `idle`.
template <auto V>
constexpr std::string_view enumerator_name() {
    constexpr auto whole = compiler_text_of_value<V>();
    constexpr auto start = whole.find("V = ") + 4;
    constexpr auto text = whole.substr(start, whole.find_first_of(";]", start) - start);
    return text.substr(text.rfind(':') == std::string_view::npos ? 0 : text.rfind(':') + 1);
}

} // namespace layer_cake::type
