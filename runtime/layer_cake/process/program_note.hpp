#pragma once

#include <filesystem>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::process {

/// What a program's file says of it: see note_text.hpp.
struct ProgramNote {
    codec::Value settings; ///< the type of its settings; null when it takes none
    codec::Value returns;  ///< the type of what it returns; null when nothing
};

/// Finds the note in a program's file, without running it; nothing in a file that is no object program. Looks at the
/// loaded parts of an ELF file of this machine's word size and byte order. Fails with `missing` or `system`, and with
/// `invalid` for a damaged note. Limit: 256 MiB for each part.
Result<std::optional<ProgramNote>> read_program_note(const std::filesystem::path& program);

/// The same in bytes already read.
Result<std::optional<ProgramNote>> find_program_note(std::string_view bytes);

/// The messages that the named objects of a program take (LAYER_CAKE_OBJECT), as types of notes, each once, found in
/// its file in the same way. What is damaged is left out.
Result<std::vector<codec::Value>> read_message_notes(const std::filesystem::path& program);
/// The same in bytes already read.
void find_message_notes(std::string_view bytes, std::vector<codec::Value>& messages);

/// The names of a program's settings, in the order described.
std::vector<std::string_view> setting_names(const ProgramNote& note);

/// A type of a note in words, as the library writes it: `vector<float8>`, `shop.Order`.
std::string type_text(const codec::Value& type);

/// One place where settings are not what the program takes.
struct WrongSetting {
    codec::Mark mark;
    std::string message; ///< `settings.server_address.port: expected integer8, found "x"`
};

/// Compares values as written in a group file with a type of a note. A mapping is fine where a map with text keys is
/// wanted, a whole number where a float is. `path` is what messages begin with.
void check_value(const codec::Value& type, const codec::Value& value, const std::string& path,
                 std::vector<WrongSetting>& wrong);
/// All settings of a role; null is none.
std::vector<WrongSetting> check_settings(const ProgramNote& note, const codec::Value& settings,
                                         const std::string& path = "settings");

} // namespace layer_cake::process
