#pragma once

#include <layer_cake/type/describe.hpp>

namespace layer_cake::pool {

/// To a pool: this object works for it from now on. Joining twice is joining once.
struct JoinSpool {
    type::Address worker_address;
    std::optional<std::string> role_name;
};
LAYER_CAKE_DESCRIBE_AS(JoinSpool, "layer_cake.object_spool.JoinSpool", worker_address, role_name)

/// To a pool: this object gets no more work. What it has it finishes; one that the pool has made is then stopped, and
/// not replaced.
struct LeaveSpool {
    type::Address worker_address;
    std::optional<std::string> role_name;
};
LAYER_CAKE_DESCRIBE_AS(LeaveSpool, "layer_cake.object_spool.LeaveSpool", worker_address, role_name)

} // namespace layer_cake::pool

// clang-format off
#define LAYER_CAKE_POOL_MESSAGES(X)                                                                                    \
    X(layer_cake::pool::JoinSpool) X(layer_cake::pool::LeaveSpool)
LAYER_CAKE_POOL_MESSAGES(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
