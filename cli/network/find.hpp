#pragma once

#include <layer_cake/directory/survey.hpp>
#include <string_view>

namespace layer_cake::cli::network {

/// The directory whose id begins with `prefix`. Fails with `missing`: `not present in directory`; with `invalid`: `not
/// a directory node`, when it is the id of a name or a search, or when several begin so.
Result<const directory::Surveyed*> find_directory(const directory::Surveyed& top, std::string_view prefix);

} // namespace layer_cake::cli::network
