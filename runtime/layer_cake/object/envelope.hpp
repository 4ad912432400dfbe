#pragma once

#include <layer_cake/type/any.hpp>
#include <new>

namespace layer_cake::object {

using type::Address;
using type::Any;
using type::Box;

/// What a message carries on its way besides itself, in the room its box has for it.
struct Envelope {
    std::int64_t to = 0;       ///< an Id's number
    Address from;              ///< where an answer goes; a negative number is a timer's
    std::int64_t deadline = 0; ///< of the request, in nanoseconds of the uptime clock; 0 for none
};
static_assert(sizeof(Envelope) <= sizeof(Box::envelope));

inline Envelope& envelope(Box& box) {
    return *std::launder(reinterpret_cast<Envelope*>(box.envelope));
}

/// Puts the message into an envelope. The message must hold a value.
inline Box* seal(Any message, std::int64_t to, Address from, std::int64_t deadline = 0) {
    Box* box = message.release();
    new (box->envelope) Envelope{to, std::move(from), deadline};
    return box;
}
/// Takes it out; the envelope ends.
inline Any open(Box* box) {
    envelope(*box).~Envelope();
    return Any::adopt(box);
}

/// Sealed messages in the order they came. Owns them. Not thread-safe.
class BoxQueue {
public:
    BoxQueue() = default;
    BoxQueue(const BoxQueue&) = delete;
    BoxQueue& operator=(const BoxQueue&) = delete;
    ~BoxQueue() { clear(); }

    bool empty() const { return first_ == nullptr; }
    void push(Box* box) {
        box->next = nullptr;
        (first_ ? last_->next : first_) = box;
        last_ = box;
    }
    void push_front(Box* box) {
        box->next = first_;
        if (!first_) last_ = box;
        first_ = box;
    }
    /// The oldest, or null.
    Box* pop() {
        Box* box = first_;
        if (box) first_ = box->next;
        return box;
    }
    Box* front() const { return first_; }
    /// The oldest for which `wanted` is true, or null.
    template <class Wanted>
    Box* pop_if(Wanted wanted) {
        Box* before = nullptr;
        for (Box* box = first_; box; before = box, box = box->next) {
            if (!wanted(*box)) continue;
            (before ? before->next : first_) = box->next;
            if (box == last_) last_ = before;
            return box;
        }
        return nullptr;
    }
    void swap(BoxQueue& other) {
        std::swap(first_, other.first_);
        std::swap(last_, other.last_);
    }
    /// Puts these before those of the queue.
    void prepend(BoxQueue& older) {
        if (older.empty()) return;
        older.last_->next = first_;
        if (!first_) last_ = older.last_;
        first_ = std::exchange(older.first_, nullptr);
    }
    void clear() {
        while (Box* box = pop())
            open(box);
    }

private:
    Box* first_ = nullptr;
    Box* last_ = nullptr; ///< means something only while first_ is not null
};

} // namespace layer_cake::object
