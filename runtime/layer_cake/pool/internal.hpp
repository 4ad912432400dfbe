#pragma once

#include <condition_variable>
#include <layer_cake/pool/status.hpp>
#include <mutex>

/// What pools are told by the library itself.
namespace layer_cake::pool {

/// The timer of a pool.
struct Due {};
/// Asks a pool for its status.
struct Report {
    struct Sheets {
        std::mutex mutex;
        std::condition_variable changed;
        std::vector<Status> statuses;
    };
    std::shared_ptr<Sheets> sheets;
};

} // namespace layer_cake::pool

namespace layer_cake::type {

// Never described and so never encoded: they stay in the process.
template <>
struct Traits<pool::Due> {
    static constexpr Shape shape() { return shape_of_object<pool::Due>(Kind::message); }
};
template <>
struct Traits<pool::Report> {
    static constexpr Shape shape() { return shape_of_object<pool::Report>(Kind::message); }
};

} // namespace layer_cake::type
