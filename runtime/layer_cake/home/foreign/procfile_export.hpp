#pragma once

#include <layer_cake/home/foreign/exported.hpp>

namespace layer_cake::home::foreign {

/// The group as a Procfile: a line for each role, whose command changes into its folder, sets its variables and becomes
/// the program. Fails for what is no single line.
ExportResult export_procfile(const Source& source, const Group& group);

} // namespace layer_cake::home::foreign
