#pragma once

#include <atomic>
#include <layer_cake/object/id.hpp>
#include <memory>
#include <mutex>
#include <vector>

namespace layer_cake::object {

/// What the ids of one shard stand for. A place is used again under a new
/// generation, so that an old id finds nothing. Place 0 is the shard itself.
///
/// Belongs to the shard's thread; `reserve` alone may be called from any.
class Table {
public:
    /// @param first_generation  beyond every one that ids of this shard's number had before
    Table(std::uint32_t shard, std::uint32_t first_generation);
    ~Table();

    /// A new id for `what`. The id is 0 when all places are taken (16 million).
    Id add(void* what, bool ask = false);
    /// An id that stands for nothing until `install`; for objects made by other threads.
    Id reserve();
    void install(Id id, void* what);
    void remove(Id id);

    /// What the id stands for, or null.
    void* find(Id id) const {
        const auto slot = id.slot();
        const Slot* chunk = chunks_[slot / chunk_slots];
        if (!chunk) return nullptr;
        const Slot& found = chunk[slot % chunk_slots];
        return found.generation == id.generation() ? found.what : nullptr;
    }
    /// Shows each id that stands for an object; asks are left out.
    template <class One>
    void each(One one) const {
        const auto end = fresh_.load(std::memory_order_relaxed);
        for (std::uint32_t slot = 1; slot < end; ++slot) {
            const Slot* chunk = chunks_[slot / chunk_slots];
            if (!chunk || !chunk[slot % chunk_slots].what || chunk[slot % chunk_slots].ask) continue;
            one(chunk[slot % chunk_slots].what);
        }
    }
    std::size_t objects() const { return objects_; } ///< asks are not counted
    /// Above the generations of all ids so far.
    std::uint32_t next_generation() const { return highest_ + 1; }

private:
    struct Slot {
        void* what = nullptr;
        std::uint32_t generation = 0;
        bool ask = false;
    };
    static constexpr std::uint32_t chunk_slots = 1024;

    Slot& slot(std::uint32_t number);
    std::uint32_t fresh();

    std::uint32_t shard_;
    std::uint32_t first_generation_;
    std::uint32_t highest_;
    std::size_t objects_ = 0;
    std::unique_ptr<Slot*[], void (*)(void*)> chunks_; ///< untouched parts cost no memory
    std::vector<std::uint32_t> free_;
    std::atomic<std::uint32_t> fresh_{1};
    std::mutex mutex_;
    std::vector<Id> spare_; ///< for `reserve`, so that places made use of there come back
    bool lends_ = false;
};

} // namespace layer_cake::object
