#pragma once

#include <layer_cake/home/foreign/draft.hpp>
#include <layer_cake/home/foreign/percent_text.hpp>
#include <string>
#include <vector>

namespace layer_cake::home::foreign {

/// A section `[program:NAME]`.
struct SupervisordProgram {
    std::string name;
    std::string group; ///< that it is in; else its own name
    codec::Mark mark;
    codec::Object keys; ///< each value a text
    std::int64_t priority = 999;
};

/// Adds its role, or one for each process where the processes differ by more than their number.
/// @param common  what `%(...)s` stands for in every program
void add_program(const SupervisordProgram& program, const Expansions& common, Draft& draft);

/// `KEY="text",OTHER=text`. Fails with `invalid`, saying what is no pair.
Result<std::vector<std::pair<std::string, std::string>>> supervisord_pairs(std::string_view text);

/// An integer as supervisord reads it.
std::optional<std::int64_t> supervisord_integer(std::string_view text);

} // namespace layer_cake::home::foreign
