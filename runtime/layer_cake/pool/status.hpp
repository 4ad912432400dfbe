#pragma once

#include <layer_cake/object/runtime.hpp>
#include <layer_cake/pool/settings.hpp>

namespace layer_cake::pool {

/// One pool of a running program, for a person or a report.
struct Status {
    type::Address address;
    std::string worker; ///< the name of what works in it
    Placement placement{};
    std::size_t size_of_queue = 0;
    Figures figures;
};

/// All pools of the runtime whose threads answer within the time. From any thread that is not one of its own.
std::vector<Status> statuses(object::Runtime& runtime, Duration patience = std::chrono::milliseconds(200));

} // namespace layer_cake::pool
