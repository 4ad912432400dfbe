#pragma once

#include <filesystem>
#include <functional>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/group.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// From the text of layer-cake.yaml to a Group, in steps that can be looked at:
///
///     load      files, includes merged, ${VAR} replaced  -> Source
///     resolve   checked against the rows, defaults, replicas, paths -> Group
///
/// Every problem of a file is found in one go, each with its place.
namespace layer_cake::home {

/// One thing that is wrong with a file.
struct Problem {
    std::string file; ///< empty: of no file
    codec::Mark mark;
    std::string message;

    std::string text() const; ///< `layer-cake.yaml:14:7: role "web" depends on "db", which is not defined`
};

/// Problems in the order of their places; files in the order in which they are first named.
std::vector<Problem> by_place(const std::vector<Problem>& problems);
/// All problems as one `invalid` error, a line each, in order of place.
Error to_error(const std::vector<Problem>& problems);

/// A group file as written, includes merged and variables replaced, not yet checked.
struct Source {
    std::filesystem::path file;               ///< as given
    std::filesystem::path folder;             ///< absolute: what relative paths are relative to
    codec::Value value;                       ///< the merged document, each value with its mark: see place()
    std::vector<std::filesystem::path> files; ///< file and all includes

    /// A problem at a mark of `value`, with the right file among `files` and the line in it: the upper bits of
    /// Mark::line number the file (a text of 1 MiB has fewer than 2^21 lines).
    Problem place(codec::Mark mark, std::string message) const;
};

/// Limits: includes nest at most 8 deep and are 256 files at most; a text is at most 1 MiB after replacing variables;
/// a group has at most 10,000 instances of roles.
inline constexpr std::size_t include_depth = 8, include_files = 256, instance_limit = 10'000;

/// What `${VAR}` means: normally the environment. An empty function: texts stay as they are.
using Variables = std::function<std::optional<std::string>(std::string_view name)>;
std::optional<std::string> environment_variable(std::string_view name);

/// Reads a group file: `include:` merged (maps merge, lists and scalars replace, the including file wins),
/// then `${VAR}`, `${VAR:-default}`, `${VAR:?message}`, `${VAR:+text}`, `$VAR` and `$$` replaced in every text value
/// (interpolate.hpp). A text that becomes a number, `true` or `false` by that counts as one.
tl::expected<Source, std::vector<Problem>> load_source(const std::filesystem::path& file, const Variables& variables);

/// The same from text (for tests, fuzzing and the home's own file). Includes are read relative to `folder`.
tl::expected<Source, std::vector<Problem>> load_text(std::string_view text, const std::filesystem::path& file,
                                                     const std::filesystem::path& folder, const Variables& variables);

/// Checks a source against the schema and resolves it: defaults, replicas `name-0..`, dependencies that exist and
/// form no cycle (the cycle is named), absolute paths, env files read.
tl::expected<Group, std::vector<Problem>> resolve(const Source& source);

/// A source from a document that is in memory (values without marks are placed at the file as a whole). Includes are
/// read relative to `folder`.
tl::expected<Source, std::vector<Problem>> load_value(codec::Value value, const std::filesystem::path& file,
                                                      const std::filesystem::path& folder, const Variables& variables);

/// The source as a document that needs nothing else: paths absolute, env files and variables already replaced, includes
/// merged. This is what `up` stores in the home and `check --resolved` prints.
codec::Value freeze(const Source& source);

} // namespace layer_cake::home
