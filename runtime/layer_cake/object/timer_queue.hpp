#pragma once

#include <cstdint>
#include <vector>

namespace layer_cake::object {

class Shard;

/// Something due at a moment. Its owner keeps it where it is while it is queued.
struct Deadline {
    static constexpr std::uint32_t nowhere = ~0u;

    std::int64_t due = 0;                                       ///< nanoseconds of the uptime clock
    std::uint32_t place = nowhere;                              ///< in the queue
    void (*passed)(Deadline& deadline, Shard& shard) = nullptr; ///< called once, when it is no longer queued

    bool queued() const { return place != nowhere; }
};

/// Deadlines of one shard, the nearest first: a heap with four branches, so
/// that a million of them cost a handful of steps each. Owns none of them.
class TimerQueue {
public:
    /// Queues it, or moves it when it is queued already.
    void set(Deadline& deadline, std::int64_t due);
    void cancel(Deadline& deadline);

    bool empty() const { return heap_.empty(); }
    std::size_t size() const { return heap_.size(); }
    std::int64_t nearest() const { return heap_.front().due; } ///< not when empty
    /// Takes out the nearest if it is due by then, else null.
    Deadline* pop(std::int64_t now);

private:
    struct Entry {
        std::int64_t due;
        std::uint64_t order; ///< alike due: the one set first goes first
        Deadline* deadline;
    };
    static bool before(const Entry& a, const Entry& b) {
        return a.due < b.due || (a.due == b.due && a.order < b.order);
    }
    void put(std::size_t place, const Entry& entry);
    void rise(std::size_t place, const Entry& entry);
    void sink(std::size_t place, const Entry& entry);

    std::vector<Entry> heap_;
    std::uint64_t order_ = 0;
};

} // namespace layer_cake::object
