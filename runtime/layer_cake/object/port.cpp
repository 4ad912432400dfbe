#include <cstdint>
#include <layer_cake/object/port.hpp>
#include <sys/eventfd.h>
#include <unistd.h>

namespace layer_cake::object {

Box* Port::closed() {
    static Box mark{};
    return &mark;
}

Port::Port() : head_(closed()), fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Port::~Port() {
    std::size_t count = 0;
    Box* box = head_.load();
    if (box == closed()) return;
    for (box = reversed(box, count); box;) {
        Box* next = box->next;
        object::open(box);
        box = next;
    }
}

Port::Pushed Port::push(Box* newest, Box* oldest, std::size_t count) {
    if (waiting_.fetch_add(count, std::memory_order_relaxed) > limit) {
        waiting_.fetch_sub(count, std::memory_order_relaxed);
        return Pushed::full;
    }
    Box* head = head_.load(std::memory_order_relaxed);
    do {
        if (head == closed()) {
            waiting_.fetch_sub(count, std::memory_order_relaxed);
            return Pushed::closed;
        }
        oldest->next = head;
    } while (!head_.compare_exchange_weak(head, newest));
    // Both sides' first step is sequentially consistent: either the shard sees the batch, or this sees it asleep.
    if (asleep_.load() && asleep_.exchange(false)) {
        const std::uint64_t one = 1;
        (void)!::write(fd_.get(), &one, sizeof one);
    }
    return Pushed::taken;
}

void Port::open() {
    head_.store(nullptr);
}

Box* Port::reversed(Box* newest, std::size_t& count) {
    Box* oldest = nullptr;
    while (newest) {
        Box* next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
        ++count;
    }
    return oldest;
}

Box* Port::take() {
    if (empty()) return nullptr;
    std::size_t count = 0;
    Box* oldest = reversed(head_.exchange(nullptr, std::memory_order_acquire), count);
    waiting_.fetch_sub(count, std::memory_order_relaxed);
    return oldest;
}

Box* Port::close() {
    std::size_t count = 0;
    Box* oldest = reversed(head_.exchange(closed()), count);
    waiting_.fetch_sub(count, std::memory_order_relaxed);
    return oldest;
}

bool Port::fall_asleep() {
    asleep_.store(true);
    if (head_.load() == nullptr) return true;
    asleep_.store(false);
    return false;
}

void Port::drain() {
    std::uint64_t count = 0;
    (void)!::read(fd_.get(), &count, sizeof count);
}

} // namespace layer_cake::object
