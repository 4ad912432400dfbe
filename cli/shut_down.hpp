#pragma once

#include <cli/role_words.hpp>
#include <layer_cake/core/clock.hpp>

namespace layer_cake::cli {

struct ShutDown {
    bool kill = false;  ///< SIGKILL at once
    Duration timeout{}; ///< zero: none
};

/// Stops the whole group of a home and returns when everything it started is gone, showing progress.
/// Fails with `not_running` when nothing runs, `timed_out` when it took longer (it goes on stopping).
Result<void> shut_down(Invocation& call, const home::Home& home, const ShutDown& how);

} // namespace layer_cake::cli
