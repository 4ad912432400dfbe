#pragma once

#include <layer_cake/core/clock.hpp>

namespace layer_cake::net {

/// Has the kernel ask a quiet far side for a sign of life, and end the connection (`connection timed out`) when its
/// host has not answered for that long, or has not taken what was sent. A host that is gone, cut off, or heard one way
/// only is noticed so; a process that is busy, or stopped, is not gone: its kernel answers. Nothing is done to a
/// connection within this host.
/// @param lease  a second at least
void watch_far_host(int fd, Duration lease);

} // namespace layer_cake::net
