#pragma once

#include <filesystem>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <string>
#include <string_view>

/// The log of a role as the Python library keeps it: files of 16384 lines, named by the moment at which each was begun
/// (`2026h11h23T00c46c28p111`), of lines that say when, of which kind and by whom:
///
///     2026-11-23T00:46:28.174 ^ <00000015>zombie - ready (port=5050)
namespace layer_cake::home {

inline constexpr std::size_t python_log_lines = 16'384; ///< of a file

/// Begins a file of a role's log, to be appended to. The oldest go where there are more than 136.
Result<Fd> begin_python_log(const std::filesystem::path& logs);

/// The output of a program, kept in such files. What cannot be written is lost: it is in the role's own log, too.
class PythonLog {
public:
    explicit PythonLog(std::filesystem::path logs) : logs_(std::move(logs)) {}
    void write(std::string_view bytes); ///< a line is kept when its newline has come
    void end();                         ///< nothing more comes

private:
    void line(std::string_view text, std::string& out);
    void put(const std::string& text);

    std::filesystem::path logs_;
    Fd file_;
    std::size_t lines_ = 0; ///< of the file
    std::string unfinished_;
};

/// Takes such files of a role's `logs` into the log there that `layer-cake log` reads, each line at the time it says.
/// Does nothing when there is such a log, with anything in it. The files stay.
Result<void> import_python_log(const std::filesystem::path& logs);

/// Writes the log in `logs` to such files in the folder `to`. What is no line of a program's log gets the tag `^`.
Result<void> export_python_log(const std::filesystem::path& logs, const std::filesystem::path& to);

/// The line of a program's log without the process's number in front; with a time and a tag when it has none: pure.
/// @param time  `2026-11-23T00:46:28.174`
std::string python_log_line(std::string_view line, std::string_view time);

} // namespace layer_cake::home
