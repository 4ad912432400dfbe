#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/home/home.hpp>
#include <string>

namespace layer_cake::process {

/// Brings what a role of the Python library's command has left behind - its starts, values and log - to where our
/// commands look for them; the files stay. Does nothing when the role has a history here, or when its home is no such
/// home. Fails with `invalid`, naming the file, when one cannot be read.
Result<void> take_over_past(const home::Paths& paths, const std::string& role);

/// The same for who would rather do without than fail, and not while a process has the role.
void try_to_take_over_past(const home::Paths& paths, const std::string& role);

} // namespace layer_cake::process
