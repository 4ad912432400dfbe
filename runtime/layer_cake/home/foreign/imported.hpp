#pragma once

#include <filesystem>
#include <layer_cake/home/group_file.hpp>
#include <string>
#include <string_view>
#include <vector>

/// Group files of other process managers, read and written. Pure: from texts to values and back.
namespace layer_cake::home::foreign {

/// A file of another tool: its name as it is to appear in messages, and what is in it. Limit of the content: 1 MiB.
struct Text {
    std::string name;
    std::string content;
};

/// What became of a key that has no equal in a group file.
struct Note {
    enum class Kind {
        translated,  ///< something like it is in the group file
        not_carried, ///< nothing of it is
    };

    Kind kind = Kind::not_carried;
    Problem at; ///< its place, and in words what became of it: `"image" is not carried: ...`

    std::string text() const { return at.text(); } ///< `compose.yaml:4:5: "image" is not carried: ...`
};

/// What an import makes. Every key of the file is in the group, or among the notes, or both.
struct Imported {
    codec::Value group;                       ///< a group file's document; each value has the mark it came from
    std::vector<std::filesystem::path> files; ///< that were read, as the marks number them (Source::place)
    std::vector<Note> notes;                  ///< in the order of their places
};

/// Or everything that is wrong with the file, in the order of the places.
using ImportResult = tl::expected<Imported, std::vector<Problem>>;

/// What is wrong with the group as a group file in `folder`, at the places of the foreign file: a dependency on what is
/// not there, a cycle, a number out of its range. Reads its env files.
std::vector<Problem> check_imported(const Imported& imported, const std::filesystem::path& folder,
                                    const Variables& variables);

/// The group file, with the notes as comments at its head.
std::string group_file_text(const Imported& imported);

} // namespace layer_cake::home::foreign
