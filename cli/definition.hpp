#pragma once

#include <cli/command.hpp>
#include <cli/settings.hpp>
#include <filesystem>
#include <layer_cake/home/home.hpp>
#include <layer_cake/supervise/status.hpp>
#include <string>
#include <string_view>
#include <vector>

/// What the verbs that change or print a definition share. They look at the document and not at
/// the resolved group, so that a definition with a fault in it can still be listed and repaired.
namespace layer_cake::cli {

/// One process a definition asks for: a role, or one replica of it.
struct Instance {
    std::string name;
    std::string role;
    int index = -1;
    std::string program;     ///< as written
    codec::Value settings{}; ///< of an object program; null when none are given
};

/// All instances, sorted by name.
std::vector<Instance> instances(const codec::Value& definition);

/// The names of the roles, in the order of the file.
std::vector<std::string> role_names(const codec::Value& definition);

/// The roles that words name: the one of exactly that name, else all that the word matches as a search word.
/// No words: all. Each once, in the order of the file. Fails with `missing`, telling a replica from a role.
Result<std::vector<std::string>> select_roles(const codec::Value& definition, const std::vector<std::string>& words);

/// The definition of a home as a document.
Result<codec::Value> read_definition(const home::Home& home);

/// The processes of a running group that live now; none when it does not run.
Result<std::vector<supervise::RoleStatus>> running_processes(const home::Home& home);

/// The roles of a running group that have a process now (names of roles, not of replicas); none when it does not run.
Result<std::vector<std::string>> running_roles(const home::Home& home);

/// The home of a verb that takes it as a word too. Fails with `invalid` on two words, or two homes.
Result<std::string> home_word(const Invocation& call);

/// The path of a home as messages show it: absolute.
std::string shown(const std::string& home);

/// One line to stderr that is no error: `layer-cake: the group is running: ...`.
void note(Invocation& call, std::string_view text);

/// Says which command applies what was changed, when the group runs and runs otherwise.
void note_when_running(Invocation& call, const home::Home& home);

/// Lets the running group forget roles that are no longer defined. Does nothing when it does not run.
Result<void> forget_in_running(const home::Home& home, const std::vector<std::string>& roles);

/// Whether there is anything of that name, a link that leads nowhere too: what is wrong with it is told by reading it.
bool is_there(const std::filesystem::path& file);

/// An executable file named by a word: a path, else found on PATH, else in the current folder. Absolute, links kept.
/// Fails with `missing`, or with `invalid` when it is not executable.
Result<std::string> find_program(const std::string& word);

} // namespace layer_cake::cli
