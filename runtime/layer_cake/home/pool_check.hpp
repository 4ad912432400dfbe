#pragma once

#include <layer_cake/home/outline.hpp>

namespace layer_cake::home {

/// Problems (without file) between `http`, `pools` and the roles of a group: pools and roles that do not exist, workers
/// without a protocol, routes that contradict each other. To be used when `check` has found nothing.
void check_pools(const codec::Value& group, const Outlines& outlines, std::vector<Problem>& problems);

/// Whether the path of a request is one of the route's: see Route::path.
struct Fit {
    bool fits = false;
    std::size_t length = 0; ///< of what the route says of the path; the longest counts
};
Fit fit(std::string_view route, std::string_view path);

/// The methods of a route that names none.
std::vector<std::string> usual_methods(Protocol protocol);

} // namespace layer_cake::home
