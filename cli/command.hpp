#pragma once

#include <functional>
#include <iosfwd>
#include <layer_cake/core/result.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::cli {

/// Exit statuses shared by every subcommand; layer-cake(1) lists them. `run` and foreground `up` return the main
/// role's.
enum Exit : int {
    ok = 0,
    failed = 1,      ///< the work was understood and could not be done
    usage = 2,       ///< the command line or a file was wrong
    not_running = 3, ///< not running, or not ready
    missing = 4,     ///< no such home or role
    busy = 5,        ///< already running, or locked
    timed_out = 6,
};
Exit exit_of(Fault fault);

/// One option as the parser, --help, the man page and completion see it. Its short form is its initials
/// (`--long-listing` is `-ll`), as the predecessor's; `letter` adds another.
struct Option {
    std::string_view name;    ///< long form without dashes: "long-listing"
    std::string_view help;    ///< one phrase, lower case, no full stop
    std::string_view value{}; ///< placeholder such as "SPAN"; empty for a flag; "[WORD]" when the value may be left
                              ///< out; words separated by |, as in "json|table", are checked to be one of them
    char letter{};            ///< besides the initials: -f for --follow
    bool repeats = false;
    bool initials = true;         ///< false where the initials would clash
    std::string_view completes{}; ///< what completion offers: "roles", "files", "folders", or words separated by |;
                                  ///< else the words of `value`
};

/// What a subcommand may touch. Passed in, so that a test can pass its own.
struct Invocation {
    std::vector<std::string> words;                                       ///< arguments that are not options
    std::map<std::string, std::vector<std::string>, std::less<>> options; ///< by long name; a flag has one empty value
    std::vector<std::string> remainder; ///< unknown --name=value as written, where a command takes them
    std::vector<std::string> after;     ///< what stands after `--`
    std::string home;                   ///< --home-path, or ".layer-cake"
    std::ostream& out;                  ///< results; buffered: flush when a reader waits
    std::ostream& err;                  ///< everything else; written at each newline or flush
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    bool in_is_terminal = false; ///< questions may be asked

    bool has(std::string_view option) const { return options.contains(option); }
    std::optional<std::string> value(std::string_view option) const; ///< the last one given
};

/// A subcommand: one row, one file. `run` returns an exit status, or an Error that main prints as `layer-cake: detail`.
///
/// A command may have subjects (`export image`): rows of their own, whose name is the command's and one word more. The
/// first word chooses one; words and options are the subject's then.
struct Command {
    std::string_view name;
    std::string_view
        words; ///< as in the synopsis: "[ROLE...]"; with "--" in it, what stands after `--` is `after`, else more words
    std::string_view summary; ///< one phrase, lower case, no full stop
    std::span<const Option> options{};
    Result<int> (*run)(Invocation&) = nullptr;
    bool takes_remainder = false;      ///< unknown --name=value become `remainder`
    std::string_view remainder_keys{}; ///< which keys of layer-cake.yaml they name: "role" or "group"
    bool hidden = false;               ///< not for people: `group`
    std::string_view completes{}; ///< what words complete to: "roles", "role-names" (without replicas), "files", ...
    std::span<const Command* const> subjects{}; ///< sorted by name; then `run` is only called without one
};

/// The word of a subject: "image" of "export image".
std::string_view subject_word(const Command& subject);
/// The subject of that word, or nullptr.
const Command* find_subject(const Command& command, std::string_view word);
/// Options of a command and of all its subjects, each name once.
std::vector<const Option*> own_options(const Command& command);
/// What `run` of a command with subjects says: `export needs one of image, systemd`.
Error no_subject(const Command& command);

/// All of them, sorted by name; a test checks.
std::span<const Command* const> commands();
const Command* find_command(std::string_view name);
/// Options that every command takes: --home-path (-hp), --output (-o), --help (-h), --color.
std::span<const Option> common_options();

/// What a command line asks for. `command` is nullptr for a bare `--help`.
struct Parsed {
    const Command* command = nullptr;
    bool help = false;
};

/// Reads a command line (without the program's name), with CLI11 behind the predecessor's spelling: underscores equal
/// dashes, `-ll` and
/// `-hp=PATH` are short forms by initials. An option that needs a value takes the next argument when it has no `=`.
/// Fails with `invalid`: `unknown option "--bogus" for "list" (did you mean ...)`.
Result<Parsed> parse(const std::vector<std::string>& arguments, Invocation& into);

} // namespace layer_cake::cli
