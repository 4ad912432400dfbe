#pragma once

#include <cli/role_words.hpp>
#include <cli/wait_for.hpp>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/home/history.hpp>
#include <string>
#include <vector>

/// The lives of a role as commands show them.
namespace layer_cake::cli {

/// Reads a role's history; a life without an end is running only when the group runs and says that the role has a
/// process.
Result<std::vector<home::Life>> read_lives(const home::Home& home, const std::string& role,
                                           Duration patience = answer_patience);

/// Whether this life goes on.
bool is_running(const home::Life& life);

/// `[2] 1m2.6s ago ... 1.2s (exit 1)`, or `... ?` while it goes on.
std::string life_line(std::size_t index, const home::Life& life, WallTime now);
/// `2026-11-23T00:31:21.423 ... 2026-11-23T00:31:21.676 (0.2s) exit 1`.
std::string life_long_line(const home::Life& life);
codec::Value life_to_json(std::size_t index, const home::Life& life);

/// What a process left as its value: its exit status, or the signal's name; {"fault": why} when it could not be
/// started; {"fault": "lost"} when nobody saw its end.
codec::Value returned_value(const home::Ended& ended);

/// The index of life `start` among `count`; negative counts from the end. Fails with `invalid`: `start 99 is out of
/// bounds`.
Result<std::size_t> life_index(std::string_view start, std::size_t count);

} // namespace layer_cake::cli
