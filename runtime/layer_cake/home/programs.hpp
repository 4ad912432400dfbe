#pragma once

#include <filesystem>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/group.hpp>
#include <layer_cake/home/tree_source.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The files that roles run, and the copies of them that a home may hold in its folder `script`.
namespace layer_cake::home {

/// The words of a role's command that name files: its program, and the script when that is an interpreter. A command
/// that is a text for the shell is read as far as its words are plain.
struct ProgramWords {
    std::string program;      ///< "python3", "./server"; empty: a text that does not begin with a plain word
    std::string script;       ///< "thumb.py"; empty: the program is no interpreter, or has none
    std::string name() const; ///< of the executable: the last part of the script's or program's path
};
ProgramWords program_words(const Role& role);

/// What a role runs, found as its process would find it.
struct Program {
    std::string role;              ///< in the file
    std::filesystem::path program; ///< absolute; empty: not found
    std::filesystem::path script;  ///< absolute; or empty
    bool of_system = false;        ///< the program is the system's: below /bin, /lib, /usr but for /usr/local, ...
    bool native = false;           ///< an ELF file

    /// What would be collected of it, when it is not the system's: the script, else the program. Or empty.
    const std::filesystem::path& own() const;
};
Program find_program(const Role& role);

/// Whether a file is an ELF program or library.
bool is_native(const std::filesystem::path& file);
/// Whether a file comes with the system.
bool is_of_system(const std::filesystem::path& file);

/// A shared library as the dynamic loader found it.
struct Library {
    std::string name;           ///< as it is asked for: "libfoo.so.2"
    std::filesystem::path path; ///< empty: not found
};

/// The lines of `ld.so --list`: `libfoo.so.2 => /opt/foo/libfoo.so.2 (0x0000...)`.
std::vector<Library> parse_library_list(std::string_view text);

/// The shared libraries of a native program, asked of the dynamic loader; the program itself is not run.
/// @param first  a folder to search before others, or none
Result<std::vector<Library>> libraries_of(const std::filesystem::path& program,
                                          const std::filesystem::path& first = {});

/// The sources of a home's `script`: each script with all that is in its folder (but `__*__`, homes and the files of
/// interrupted copies), each native program with its libraries that are not the system's. Roles whose programs lie in
/// `collected` already have nothing to add. Fails with `invalid` when two have one name, with `missing` when a library
/// is not found.
Result<TreeSource> collect_programs(const Group& group, const std::filesystem::path& collected);

/// The role as it is run when its program or script has a copy in the folder `collected`: that is taken, and for a
/// native one the folder is searched for libraries first. A program of the system is not replaced. Nothing when there
/// is no copy.
std::optional<Role> with_collected(const Role& role, const std::filesystem::path& collected);

} // namespace layer_cake::home
