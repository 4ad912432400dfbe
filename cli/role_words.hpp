#pragma once

#include <cli/output.hpp>
#include <layer_cake/home/home.hpp>
#include <string>
#include <string_view>
#include <vector>

/// From the words of a command line to roles of a home.
namespace layer_cake::cli {

/// A home that was opened, with its definition resolved.
struct OpenHome {
    home::Home home;
    home::Group group;

    std::string path() const { return home.paths().home.string(); }
    std::vector<std::string> names() const; ///< of all instances, in the order of the file
};

/// Opens the home of a command. Fails as Home::open and Home::group do.
Result<OpenHome> open_home(const Invocation& call);

/// What is said of a word that no name begins with: `no role matches "wbe" (did you mean "web"?)`.
Error no_role_matches(std::string_view word, const std::vector<std::string>& names);

/// The names that search words select, in the order of `names`; no words select all.
/// A word is a regular expression matched at the start. Fails with `missing` when a word matches nothing,
/// with `invalid` on a bad pattern.
Result<std::vector<std::string>> search_names(const std::vector<std::string>& names,
                                              const std::vector<std::string>& words);

/// The instances that each word names: the one of exactly that name, else all replicas of the role of that name,
/// else what it matches as a search word. Each once, in the order of the file. Fails as search_names does.
Result<std::vector<std::string>> named_roles(const home::Group& group, const std::vector<std::string>& words);

/// The words with the name of a pool replaced by that of its role, where no role has the name.
std::vector<std::string> roles_of_pools(const home::Group& group, std::vector<std::string> words);

/// The same for one word that must mean one role. Fails with `invalid` when it means several.
Result<std::string> named_role(const home::Group& group, const std::string& word);

/// `cannot stop "/srv/home": ` before the detail, the fault kept. A detail of several lines stays as it is.
Error cannot(std::string_view verb, std::string_view what, Error error);

/// The value of a span option. Nothing when it was not given; fails with `invalid`: `--timeout: ...`.
Result<std::optional<Duration>> span_option(const Invocation& call, std::string_view name);

/// The value of --watch: how often to look, 1 s when it has none, never below 50 ms; nothing when it was not given.
Result<std::optional<Duration>> watch_option(const Invocation& call);

} // namespace layer_cake::cli
