#pragma once

#include <cli/settings.hpp>
#include <layer_cake/home/group_file.hpp>
#include <layer_cake/process/program_note.hpp>
#include <map>

/// What the files of object programs say of their settings; no program is run for it.
namespace layer_cake::cli {

/// The notes of programs, each file read once.
class ProgramNotes {
public:
    /// Of an executable as a definition has it: a path below `folder`, or a name on PATH. Null for a file that cannot
    /// be read, and for one that is no object program.
    const process::ProgramNote* find(const std::string& executable, const std::filesystem::path& folder);

private:
    std::map<std::string, std::optional<process::ProgramNote>> known_;
};

/// Every setting of a role that its program does not take, or not as that type.
std::vector<home::Problem> check_programs(const home::Source& source);
/// The same for some roles of a definition, as one error.
Result<void> check_programs(const codec::Value& definition, const std::vector<std::string>& roles);

/// Reads `--KEY=VALUE` of a role: a key of the rows, else a setting of the program (then the path begins with
/// `settings`), which `--settings.NAME=VALUE` always is. `note` may be null.
Result<std::vector<Setting>> read_role_settings(const std::vector<std::string>& arguments,
                                                const process::ProgramNote* note);

} // namespace layer_cake::cli
