#include <algorithm>
#include <layer_cake/object/timer_queue.hpp>

namespace layer_cake::object {

void TimerQueue::put(std::size_t place, const Entry& entry) {
    heap_[place] = entry;
    entry.deadline->place = static_cast<std::uint32_t>(place);
}

void TimerQueue::rise(std::size_t place, const Entry& entry) {
    while (place > 0) {
        const std::size_t above = (place - 1) / 4;
        if (!before(entry, heap_[above])) break;
        put(place, heap_[above]);
        place = above;
    }
    put(place, entry);
}

void TimerQueue::sink(std::size_t place, const Entry& entry) {
    for (;;) {
        const std::size_t first = place * 4 + 1;
        if (first >= heap_.size()) break;
        std::size_t least = first;
        for (std::size_t i = first + 1; i < std::min(first + 4, heap_.size()); ++i)
            if (before(heap_[i], heap_[least])) least = i;
        if (!before(heap_[least], entry)) break;
        put(place, heap_[least]);
        place = least;
    }
    put(place, entry);
}

void TimerQueue::set(Deadline& deadline, std::int64_t due) {
    if (deadline.queued()) cancel(deadline);
    deadline.due = due;
    const Entry entry{due, ++order_, &deadline};
    heap_.push_back(entry);
    rise(heap_.size() - 1, entry);
}

void TimerQueue::cancel(Deadline& deadline) {
    if (!deadline.queued()) return;
    const std::size_t place = deadline.place;
    const Entry last = heap_.back();
    heap_.pop_back();
    deadline.place = Deadline::nowhere;
    if (place == heap_.size()) return;
    if (place > 0 && before(last, heap_[(place - 1) / 4]))
        rise(place, last);
    else
        sink(place, last);
}

Deadline* TimerQueue::pop(std::int64_t now) {
    if (heap_.empty() || heap_.front().due > now) return nullptr;
    auto* deadline = heap_.front().deadline;
    cancel(*deadline);
    return deadline;
}

} // namespace layer_cake::object
