#pragma once

#include <layer_cake/object/id.hpp>
#include <layer_cake/object/timer_queue.hpp>
#include <layer_cake/type/any.hpp>

namespace layer_cake::object {

/// One answer that somebody waits for. It has an id of its own, so that the answer finds it from anywhere, once: the
/// first counts, later ones are dropped quietly, and so is one that comes after Shard::forget().
///
/// Its owner keeps it where it is from Shard::await() to Shard::forget().
struct Awaited : Deadline {
    Id id;
    /// Called with the answer and whose it is; a fault when there will be none. Forgets it.
    void (*answered)(Awaited& awaited, type::Any value, const type::Address& from, Shard& shard) = nullptr;
};

} // namespace layer_cake::object
