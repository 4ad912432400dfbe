#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/schema.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// `--KEY=VALUE` of create, add and update: one key of the definition given on the command line.
/// Pure, but for values that name files: those become absolute against the current folder, as
/// everywhere in a shell.
namespace layer_cake::cli {

/// One key to set or, without a value, to remove.
struct Setting {
    std::vector<std::string> path; ///< `restart`, or `restart`, `max` for --restart.max=3
    std::optional<codec::Value> value;
    std::string written; ///< the option's name, for messages: `--restart.max`
};

/// Reads `--KEY=VALUE` by the rows: VALUE is a YAML fragment; for a key that holds text it is taken as it is.
/// `--KEY=` removes; a bare `--KEY` sets a true-or-false key. `-dah=...` is found by its initials, and
/// `--SECTION.KEY=VALUE` sets one key within a section or a mapping.
/// Fails with `invalid`: unknown key (with a suggestion), bad YAML, or a value the row refuses.
Result<Setting> read_setting(std::string_view argument, std::span<const home::Key> keys);

/// All of a command line. Fails on the first bad one.
Result<std::vector<Setting>> read_settings(const std::vector<std::string>& arguments, std::span<const home::Key> keys);

/// Adds one; fails with `invalid` when the same key was given before.
Result<void> add_setting(std::vector<Setting>& settings, Setting setting);

/// Sets or removes the key within `section`, a mapping (or null: then it becomes one).
/// Removing what is not there is success. Fails with `invalid` when the path leads through something that is no
/// mapping.
Result<void> apply(const Setting& setting, codec::Value& section);

} // namespace layer_cake::cli
