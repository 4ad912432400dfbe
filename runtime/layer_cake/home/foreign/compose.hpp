#pragma once

#include <layer_cake/home/foreign/imported.hpp>

namespace layer_cake::home::foreign {

/// A compose file (compose.yaml), as far as it says what runs: services become roles of this machine's programs. What
/// belongs to containers is not carried; a service whose command only its image knows is left out, with a note.
/// @param env_file  the .env file that compose would take variables from; empty: there is none
ImportResult import_compose(const Text& file, const std::string& env_file = {});

} // namespace layer_cake::home::foreign
