#pragma once

#include <layer_cake/home/foreign/imported.hpp>

namespace layer_cake::home::foreign {

/// A Procfile, as foreman reads it: `name: command`, comments, blank lines; the last of equal names counts. Each role
/// has the PORT that foreman would give it (5000, 5100, ...); `release` is a oneshot that the others wait for, as a
/// platform runs it.
/// @param env_file  the .env file that foreman would read; empty: there is none
ImportResult import_procfile(const Text& procfile, const std::string& env_file = {});

} // namespace layer_cake::home::foreign
