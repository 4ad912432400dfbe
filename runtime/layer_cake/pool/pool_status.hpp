#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/pool/figures.hpp>
#include <string>
#include <vector>

namespace layer_cake::pool {

/// One pool as status, /pools and /metrics show it: a group's own, or one of an object program.
struct PoolStatus {
    std::string name, role;
    Figures figures;
    std::uint64_t failed = 0; ///< of the completed: answered with 502, the worker having given no proper answer
    std::size_t size_of_queue = 0;
};

codec::Value to_json(const PoolStatus& pool);
Result<PoolStatus> pool_status_from_json(const codec::Value& value);

/// Prometheus text of all pools: layer_cake_pool_requests_total{pool,result}, and gauges.
std::string pool_metrics(const std::vector<PoolStatus>& pools);

} // namespace layer_cake::pool
