#pragma once

#include <cstdint>
#include <filesystem>
#include <layer_cake/core/result.hpp>
#include <layer_cake/type/info.hpp>
#include <string>
#include <string_view>

/// A value of a described type in a file of its own, as JSON: what File (file.hpp) and Folder (folder.hpp) are made of.
///
///     {
///         "schema": "6b86b273ff34fce1",
///         "value": { ... }
///     }
///
/// `value`, and `pointer` where there are pointers, are the predecessor's (layer-cake-files(7)), which ignores
/// `schema`. A file without `schema` is read like any other.
namespace layer_cake::home {

/// How a value is written and read.
struct FileOptions {
    bool pretty_format = true;   ///< in lines, four spaces a level; else one line
    bool decorate_names = true;  ///< `.json` is added to a name that does not end so
    bool create_default = false; ///< recover() of a file that is missing gives the type's default
    unsigned mode = 0600;        ///< permission bits of the file, whatever the umask
};

/// Larger files are neither written nor read; a value nests at most 64 levels.
inline constexpr std::uint64_t file_limit = 16u << 20;

/// The schema of a type as 16 hexadecimal digits: changes with the names and types of members and with the names of
/// enumerators, at any depth; not with their order, nor with the names of the types themselves.
std::string schema_of(const type::Info& info);

template <type::Portable T>
const std::string& schema_of() {
    static const std::string schema = schema_of(type::info_of<T>());
    return schema;
}

/// Replaces `file` by the value, atomically (replace_file). Fails with `invalid` for what has no JSON form, naming the
/// place in the value; nothing is written then.
Result<void> store_value(const std::filesystem::path& file, const type::Info& info, const std::string& schema,
                         const void* value, const FileOptions& options);

/// The text of such a file, its schema taken out.
struct StoredText {
    std::filesystem::path file;
    std::string text;
    std::string schema; ///< empty: the file has none
};

/// Fails with `missing`, and with `invalid` - `notes/7.json:3:12: this is not JSON` - for what is none.
Result<StoredText> read_stored(const std::filesystem::path& file);

/// Fills a value by the text: members that are missing keep their default, unknown ones are dropped. Fails with
/// `invalid` and the place: `notes/7.json: value.rows[3].x: expected integer8, found "a"`.
Result<void> recover_value(const StoredText& stored, const type::Info& info, void* value);

/// Removes such a file for good; missing is success. Nothing but a file is removed.
Result<void> remove_stored(const std::filesystem::path& file);

} // namespace layer_cake::home
