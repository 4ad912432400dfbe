#pragma once

#include <layer_cake/supervise/status.hpp>
#include <string>
#include <vector>

/// The group's figures in the text form of Prometheus, version 0.0.4.
namespace layer_cake::supervise {

/// What a role's process and its descendants use.
struct Usage {
    int processes = 0;
    double cpu_seconds = 0;         ///< with that of children that have been waited for
    std::uint64_t memory_bytes = 0; ///< resident
};

/// From /proc; nothing for a process that is gone.
Usage usage_of(int pid);

/// @param usage  of each role, in the order of the status
std::string metrics_text(const GroupStatus& group, const std::vector<Usage>& usage);

} // namespace layer_cake::supervise
