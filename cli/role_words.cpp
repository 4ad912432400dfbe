#include <algorithm>
#include <cli/output.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>

namespace layer_cake::cli {

std::vector<std::string> OpenHome::names() const {
    std::vector<std::string> names;
    names.reserve(group.roles.size());
    for (const auto& role : group.roles)
        names.push_back(role.name);
    return names;
}

Result<OpenHome> open_home(const Invocation& call) {
    auto home = home::Home::open(call.home);
    if (!home) return fail(std::move(home).error());
    auto group = home->group();
    if (!group) return fail(home::to_error(group.error()));
    return OpenHome{std::move(*home), std::move(*group)};
}

Error no_role_matches(std::string_view word, const std::vector<std::string>& names) {
    const std::vector<std::string_view> known(names.begin(), names.end());
    return {Fault::missing, fmt::format("no role matches \"{}\"{}", word, suggestion(word, known))};
}

Result<std::vector<std::string>> search_names(const std::vector<std::string>& names,
                                              const std::vector<std::string>& words) {
    if (words.empty()) return names;
    std::vector<bool> chosen(names.size(), false);
    for (const auto& word : words) {
        auto pattern = Pattern::compile(word);
        if (!pattern) return fail(std::move(pattern).error());
        bool any = false;
        for (std::size_t i = 0; i < names.size(); ++i)
            if (pattern->matches_start(names[i])) chosen[i] = any = true;
        if (!any) return fail(no_role_matches(word, names));
    }
    std::vector<std::string> selected;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (chosen[i]) selected.push_back(names[i]);
    return selected;
}

Result<std::vector<std::string>> named_roles(const home::Group& group, const std::vector<std::string>& words) {
    std::vector<std::string> names;
    for (const auto& role : group.roles)
        names.push_back(role.name);
    std::vector<bool> chosen(names.size(), false);
    for (const auto& word : words) {
        bool any = false;
        for (std::size_t i = 0; i < names.size() && !any; ++i)
            if (names[i] == word) chosen[i] = any = true;
        if (any) continue;
        for (std::size_t i = 0; i < names.size(); ++i)
            if (group.roles[i].base == word) chosen[i] = any = true;
        if (any) continue;
        auto found = search_names(names, {word});
        if (!found) return fail(std::move(found).error());
        for (const auto& name : *found)
            chosen[static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin())] = true;
    }
    std::vector<std::string> selected;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (chosen[i]) selected.push_back(names[i]);
    return selected;
}

std::vector<std::string> roles_of_pools(const home::Group& group, std::vector<std::string> words) {
    for (auto& word : words) {
        const auto* pool = group.find_pool(word);
        const bool is_role = std::any_of(group.roles.begin(), group.roles.end(),
                                         [&](const auto& role) { return role.name == word || role.base == word; });
        if (pool && !is_role) word = pool->role;
    }
    return words;
}

Result<std::string> named_role(const home::Group& group, const std::string& word) {
    auto names = named_roles(group, {word});
    if (!names) return fail(std::move(names).error());
    if (names->size() > 1)
        return fail(Fault::invalid, fmt::format("\"{}\" means several roles ({})", word, fmt::join(*names, ", ")));
    return names->front();
}

Error cannot(std::string_view verb, std::string_view what, Error error) {
    return in_doing(fmt::format("cannot {} \"{}\"", verb, terminal_safe(what)), std::move(error));
}

Result<std::optional<Duration>> span_option(const Invocation& call, std::string_view name) {
    auto text = call.value(name);
    if (!text) return std::optional<Duration>();
    // The predecessor's seconds have a decimal point: 2.0
    const bool seconds =
        text->find('.') != std::string::npos && text->find_first_not_of("0123456789.") == std::string::npos;
    auto span = parse_span(seconds ? *text + "s" : *text);
    if (!span) return fail(span.error().fault, fmt::format("--{}: {}", name, span.error().detail));
    return std::optional<Duration>(*span);
}

Result<std::optional<Duration>> watch_option(const Invocation& call) {
    const auto text = call.value("watch");
    if (text && text->empty()) return std::optional<Duration>(std::chrono::seconds(1));
    auto span = span_option(call, "watch");
    if (span && *span) *span = std::max<Duration>(**span, std::chrono::milliseconds(50));
    return span;
}

} // namespace layer_cake::cli
