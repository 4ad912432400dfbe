#include <layer_cake/type/box.hpp>
#include <mutex>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define LAYER_CAKE_PLAIN_BOXES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LAYER_CAKE_PLAIN_BOXES 1
#endif
#endif

namespace layer_cake::type {
namespace {

constexpr std::size_t classes = BoxPlan::classes;
constexpr std::size_t smallest = BoxPlan::smallest;
constexpr std::size_t batch = 64;         // boxes that move between threads at once
constexpr std::size_t most_batches = 256; // of one class, shared by all threads; beyond, the heap takes them

std::size_t bytes_for(const Info& info) {
    return info.box_offset + info.size;
}

/// The list for boxes of that size; `classes` when the heap has them.
std::size_t class_of(const Info& info) {
#ifdef LAYER_CAKE_PLAIN_BOXES
    static_cast<void>(info);
    return classes; // the sanitizer wants to see each box end
#else
    return info.box_class;
#endif
}

Box* from_heap(std::size_t which) {
    return static_cast<Box*>(::operator new(smallest << which));
}

void to_heap(Box* box) {
    ::operator delete(box);
}

void all_to_heap(Box* box) {
    while (box) {
        auto* next = box->next;
        to_heap(box);
        box = next;
    }
}

/// Full batches that a thread had too many of, for those that have none.
class Depot {
public:
    Box* take(std::size_t which) {
        const std::lock_guard lock(mutex_);
        auto& shelf = shelves_[which];
        auto* first = shelf.first;
        if (!first) return nullptr;
        shelf.first = next_batch(first);
        --shelf.count;
        return first;
    }

    /// Takes a batch, or says no when it has enough.
    bool put(std::size_t which, Box* first) {
        const std::lock_guard lock(mutex_);
        auto& shelf = shelves_[which];
        if (shelf.count == most_batches) return false;
        next_batch(first) = shelf.first;
        shelf.first = first;
        ++shelf.count;
        return true;
    }

private:
    /// The first box of a batch leads to the next batch, in the room for its envelope.
    static Box*& next_batch(Box* first) { return *reinterpret_cast<Box**>(first->envelope); }

    struct Shelf {
        Box* first = nullptr;
        std::size_t count = 0;
    };
    std::mutex mutex_;
    Shelf shelves_[classes];
};

Depot& depot() {
    static auto* const shared = new Depot; // outlives every thread
    return *shared;
}

/// The free boxes of one thread and class: a list in use, of at most a batch, and a full spare batch or none.
struct Pile {
    Box* first;
    std::size_t count;
    Box* spare;
};

struct Piles {
    Pile of[classes];
    bool used;  // the thread's end is being watched for
    bool ended; // boxes that are freed after the end of the thread's pools go on at once
};

constinit thread_local Piles piles{};

struct AtThreadEnd {
    ~AtThreadEnd() {
        for (std::size_t which = 0; which < classes; ++which) {
            auto& pile = piles.of[which];
            if (pile.spare && !depot().put(which, pile.spare)) all_to_heap(pile.spare);
            all_to_heap(pile.first);
            pile = {};
        }
        piles.ended = true;
    }
};

void watch_thread_end() {
    static thread_local AtThreadEnd at_end;
    static_cast<void>(at_end);
    piles.used = true;
}

[[gnu::noinline]] Box* refill(std::size_t which) {
    auto& pile = piles.of[which];
    if (!piles.used) watch_thread_end();
    if (piles.ended) return from_heap(which);
    auto* first = pile.spare ? pile.spare : depot().take(which);
    pile.spare = nullptr;
    if (!first) return from_heap(which);
    pile.first = first->next;
    pile.count = batch - 1;
    return first;
}

[[gnu::noinline]] void make_room(std::size_t which) {
    auto& pile = piles.of[which];
    if (pile.spare && !depot().put(which, pile.spare)) all_to_heap(pile.spare);
    pile.spare = pile.first;
    pile.first = nullptr;
    pile.count = 0;
}

} // namespace

Box* allocate_box(const Info& info) {
    const auto which = class_of(info);
    Box* box = nullptr;
    if (which == classes) [[unlikely]] {
        box =
            static_cast<Box*>(info.align > alignof(Box) ? ::operator new(bytes_for(info), std::align_val_t(info.align))
                                                        : ::operator new(bytes_for(info)));
    } else if (auto& pile = piles.of[which]; pile.first) [[likely]] {
        box = pile.first;
        pile.first = box->next;
        --pile.count;
    } else {
        box = refill(which);
    }
    box->info = &info;
    return box;
}

void free_box(Box* box) noexcept {
    const auto which = class_of(*box->info);
    if (which == classes) [[unlikely]] {
        if (const auto align = box->info->align; align > alignof(Box))
            ::operator delete(box, std::align_val_t(align));
        else
            to_heap(box);
        return;
    }
    auto& pile = piles.of[which];
    if (!piles.used) [[unlikely]]
        watch_thread_end();
    if (piles.ended) [[unlikely]]
        return to_heap(box);
    if (pile.count == batch) [[unlikely]]
        make_room(which);
    box->next = pile.first;
    pile.first = box;
    ++pile.count;
}

} // namespace layer_cake::type
