#pragma once

#include <layer_cake/supervise/status.hpp>
#include <string>

/// The group's figures in the text form of Prometheus, version 0.0.4.
namespace layer_cake::supervise {

/// @param group  a status with what its roles use
std::string metrics_text(const GroupStatus& group);

} // namespace layer_cake::supervise
