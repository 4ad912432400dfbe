#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake {

/// The candidate a person probably meant by `word`, or empty when none is near (edit distance at most 2 and less than
/// half the word, else the only one that begins with the word; dash = underscore).
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// ` (did you mean "replicas"?)`, or empty.
std::string suggestion(std::string_view word, std::span<const std::string_view> candidates);

/// Bytes of a program made harmless for a terminal: every control character but
/// tab becomes `\xNN` (`\r` and ESC included), invalid UTF-8 and C1 controls likewise.
/// A newline is escaped too: call it a line at a time.
std::string terminal_safe(std::string_view bytes);

/// Number of terminal columns taken by valid UTF-8 text (one per code point but for combining marks).
std::size_t display_width(std::string_view text);

/// The parts between separators, empty ones included; an empty text has no parts.
std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);

/// A word a POSIX shell reads back as `word`: quoted only where needed.
std::string shell_quote(std::string_view word);

/// The signal numbered by a name, with or without SIG, any case (`TERM`, `SIGTERM`), `RTMIN+3`,
/// or a number 1..64; 0 when unknown.
int signal_number(std::string_view name);
/// `SIGKILL`, or `signal 40` for one without a name.
std::string signal_name(int number);

} // namespace layer_cake
