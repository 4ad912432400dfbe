#pragma once

#include <layer_cake/process/spawn.hpp>
#include <layer_cake/type/any.hpp>
#include <string>
#include <string_view>

namespace layer_cake::process {

/// What a process left behind when it ended.
struct ChildEnd {
    WaitStatus status;
    std::string output;    ///< all that it wrote to stdout
    bool too_much = false; ///< there was more than output_limit
    bool stopped = false;  ///< it was told to stop
    bool killed = false;   ///< it was killed when its patience was over
    Duration patience{};
};
inline constexpr std::size_t output_limit = 16u << 20;

/// The value of an object that was a process: what it printed in the full form (`{"value":["integer8",720,[]]}`), else
/// a fault that tells how it ended: pure.
///
///     printed   exit status            value
///     nothing   0                      null
///     a value   0                      the value
///     a fault   any                    the fault
///     anything  ended by a signal      Faulted, or Aborted after a Stop's SIGINT
///     else                             Faulted
/// @param who  `worker (role server.worker-0, pid 711)`
type::Any value_of_child(const ChildEnd& end, std::string_view who);

} // namespace layer_cake::process
