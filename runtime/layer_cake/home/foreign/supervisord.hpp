#pragma once

#include <layer_cake/home/foreign/imported.hpp>
#include <span>

namespace layer_cake::home::foreign {

/// The patterns of `[include] files = ...` in a supervisord.conf, as written; none where the file cannot be read.
std::vector<std::string> supervisord_includes(const Text& file);

/// What `%(...)s` stands for besides the program's own.
struct SupervisordPlace {
    std::string here;           ///< the folder of the first file
    std::string host_node_name; ///< of this machine
};

/// A supervisord.conf and the files it includes, in the order they are read in. Programs become roles in the order of
/// their priority; `%(ENV_NAME)s` becomes `${NAME}`.
ImportResult import_supervisord(std::span<const Text> files, const SupervisordPlace& place);

} // namespace layer_cake::home::foreign
