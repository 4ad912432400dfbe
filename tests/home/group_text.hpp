#pragma once

#include <doctest/doctest.h>
#include <layer_cake/home/group_file.hpp>
#include <map>
#include <string>

/// Group files as texts, for tests.
namespace layer_cake::home {

/// Variables of a test.
inline Variables variables(std::map<std::string, std::string, std::less<>> of) {
    return [of = std::move(of)](std::string_view name) -> std::optional<std::string> {
        const auto found = of.find(name);
        return found == of.end() ? std::nullopt : std::optional<std::string>(found->second);
    };
}

inline std::string words(const std::vector<Problem>& problems) {
    return to_error(problems).detail;
}

/// The group of a text in /srv/shop, or a failed test.
inline Group group_of(std::string_view text, const Variables& with = {}) {
    const auto source = load_text(text, "layer-cake.yaml", "/srv/shop", with);
    REQUIRE_MESSAGE(source, words(source ? std::vector<Problem>{} : source.error()));
    const auto group = resolve(*source);
    REQUIRE_MESSAGE(group, words(group ? std::vector<Problem>{} : group.error()));
    return *group;
}

/// What is wrong with a text, a line each.
inline std::string problems_of(std::string_view text, const Variables& with = {}) {
    const auto source = load_text(text, "layer-cake.yaml", "/srv/shop", with);
    if (!source) return words(source.error());
    const auto group = resolve(*source);
    return group ? std::string() : words(group.error());
}

} // namespace layer_cake::home
