#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/home/group_file.hpp>
#include <limits>
#include <span>
#include <string_view>

/// The rows from which the group file is parsed, checked, explained (layer-cake.yaml(5), configs/reference),
/// described to editors (JSON Schema) and completed (`add`, `update` flags).
namespace layer_cake::home {

/// What a key's value may be.
enum class Kind {
    text,
    boolean,
    integer,
    number,
    span,
    size,
    signal,
    octal,
    host_port,
    words,        ///< a list of text
    command,      ///< a list of text, or text for the shell
    choice,       ///< one of `choices`
    pairs,        ///< a mapping of name to text, or a list of NAME=text
    steps,        ///< a list of time spans
    integers,     ///< a list of integers
    section,      ///< a mapping with the keys in `keys`
    named,        ///< a mapping of free names to sections with `keys`
    dependencies, ///< a list of role names, or a mapping of names to a condition or {condition}
    restart,      ///< a policy word, or a section
    files,        ///< a path, or a list of paths
    pattern,      ///< a regular expression (RE2)
    address,      ///< a URL, or a section of host, port and path
    sections,     ///< a list of mappings with the keys in `keys`
    port,         ///< a port, or the name of one of the role's `ports`
    ports,        ///< a mapping of port names to `auto`, a number, or a section with `keys`
    addresses,    ///< a mapping of variables to names, or sections with `keys`
    settings,     ///< a mapping whose content the program knows
    limit,        ///< a count or a size, or `unlimited`
};

/// A kind in words: "a list of text, or text for the shell".
std::string_view kind_words(Kind kind);

///
/// A null value (`log:` with nothing after it) is the same as leaving the key out.
struct Key {
    std::string_view name;
    Kind kind;
    std::string_view help;       ///< one sentence, for the manual
    std::string_view fallback{}; ///< the default as written in YAML, or empty
    std::span<const Key> keys{}; ///< of a section
    std::span<const std::string_view> choices{};
    std::string_view example{}; ///< a YAML fragment
    std::string_view group{};   ///< exactly one of the keys with the same mark is given ("probe")
    std::int64_t least = std::numeric_limits<std::int64_t>::min(); ///< of numbers, or of each number in a list
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
    /// Stores a checked value (nothing: the default) in the member of `object` that the row stands for; none: `resolve`
    /// reads it itself.
    void (*bind)(const Key& key, const codec::Value* value, void* object) = nullptr;
};

std::span<const Key> group_keys(); ///< the top level; `roles` and `pools` are among them
std::span<const Key> role_keys();  ///< of one role

/// Appends every departure of `value` from the rows: unknown keys with a suggestion, wrong kinds, bad spans...
/// Keys that begin with `x-` are anybody's and not looked at.
void check(const codec::Value& value, std::span<const Key> keys, const std::string& file,
           std::vector<Problem>& problems);

codec::Value json_schema();   ///< draft 2020-12, closed objects, `x-` allowed
std::string reference_text(); ///< configs/reference.yaml: every key, commented, with its default
std::string manual_rows();    ///< the KEYS section of layer-cake.yaml(5), as mdoc

} // namespace layer_cake::home
