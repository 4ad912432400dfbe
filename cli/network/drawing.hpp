#pragma once

#include <layer_cake/core/result.hpp>
#include <string_view>

namespace layer_cake::cli::network {

/// Lets Graphviz draw a graph on standard output. Fails with `failed` when `dot` is not installed.
Result<void> draw_svg(std::string_view graph);

} // namespace layer_cake::cli::network
