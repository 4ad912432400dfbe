#pragma once

#include <layer_cake/home/foreign/imported.hpp>

namespace layer_cake::home::foreign {

/// A file of process-compose (process-compose.yaml). Templates are understood as far as `{{.NAME}}` goes, with the
/// `vars` of the process and of the file; a template that does more is refused with its place.
/// @param env_file  the .env file that process-compose would read; empty: there is none
ImportResult import_process_compose(const Text& file, const std::string& env_file = {});

} // namespace layer_cake::home::foreign
