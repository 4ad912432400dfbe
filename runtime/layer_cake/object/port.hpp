#pragma once

#include <atomic>
#include <cstddef>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/object/envelope.hpp>

namespace layer_cake::object {

/// Where the messages for one shard come in from other threads: a list that
/// senders extend a batch at a time without a lock, and that the shard takes as
/// a whole. Lives as long as the runtime; the shard opens and closes it.
class Port {
public:
    Port();
    ~Port();
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;

    // From any thread:

    enum class Pushed { taken, closed, full };
    /// Adds a batch, linked from the newest to the oldest, and wakes the shard when it sleeps. A batch that is not
    /// taken is still the caller's; `full` is a port whose shard must be stuck.
    Pushed push(Box* newest, Box* oldest, std::size_t count);
    bool empty() const { return head_.load(std::memory_order_acquire) == nullptr; }

    // From the shard's thread:

    void open();
    /// All that came in since, oldest first, linked by `next`; null when nothing did.
    Box* take();
    /// Refuses from now on; what was not taken yet, oldest first.
    Box* close();
    /// Announces that the shard is going to wait on `fd()`; false when something has come in already.
    bool fall_asleep();
    void wake_up() { asleep_.store(false, std::memory_order_relaxed); }
    /// Readable after a push to a sleeping shard, until `drain`.
    int fd() const { return fd_.get(); }
    void drain();

    static constexpr std::size_t limit = 4 << 20; ///< messages

private:
    static Box* closed();
    static Box* reversed(Box* newest, std::size_t& count);

    alignas(64) std::atomic<Box*> head_;
    std::atomic<bool> asleep_{false};
    alignas(64) std::atomic<std::size_t> waiting_{0};
    Fd fd_;
};

} // namespace layer_cake::object
