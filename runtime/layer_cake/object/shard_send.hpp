#pragma once

#include <layer_cake/object/shard.hpp>

/// The way of a message into a queue, to be inlined where it begins.
namespace layer_cake::object {

inline void Shard::enqueue(Box* box) {
    const Id to{envelope(*box).to};
    void* what = table_.find(to);
    if (!what) [[unlikely]]
        return enqueue_special(box);
    if (!to.is_ask()) {
        auto& object = *static_cast<Object*>(what);
        if (object.queued_ >= object.limit_) [[unlikely]] {
            if (!comes_through(box, object)) return;
        }
        ++object.queued_;
    }
    queue_.push(box);
}

inline void Shard::route(Box* box) {
    const Id to{envelope(*box).to};
    const auto shard = to.shard();
    if (shard == number_) return enqueue(box);
    put_out(shard, box);
}

[[gnu::always_inline]] inline void Shard::send(Any message, const Address& to, Address from, std::int64_t deadline) {
    if (!message) [[unlikely]]
        message = type::Anything{};
    if (!to.is_local()) [[unlikely]]
        message = outbound(std::move(message), to);
    route(seal(std::move(message), to.id(), std::move(from), deadline));
}

} // namespace layer_cake::object
