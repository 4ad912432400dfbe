#include <algorithm>
#include <layer_cake/object/overflow.hpp>
#include <layer_cake/object/shard_send.hpp>
#include <thread>

namespace layer_cake::object {
namespace {

constexpr int turn_messages = 512;
constexpr std::int64_t turn_time = 300'000; // nanoseconds, looked at now and then
constexpr std::int64_t look_time = 50'000;
constexpr std::int64_t soon = 200'000;

std::atomic<unsigned> lookers{0};
thread_local Shard* current_shard = nullptr;

std::int64_t ticks() {
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

} // namespace

bool Shard::take_in() {
    Box* box = port_.take();
    if (!box) return false;
    while (box) {
        Box* next = box->next;
        enqueue(box);
        box = next;
    }
    return true;
}

void Shard::fire_timers() {
    if (timers_.empty()) return;
    const auto moment = now();
    while (auto* deadline = timers_.pop(moment))
        deadline->passed(*deadline, *this);
}

[[gnu::always_inline]] inline void Shard::dispatch(Box* box) {
    const Id to{envelope(*box).to};
    void* what = table_.find(to);
    if (!what) [[unlikely]]
        return refuse(box, gone("it has ended"), Notice::What::dead_letter);
    if (to.is_ask()) {
        auto& awaited = *static_cast<Awaited*>(what);
        const Address from = std::move(envelope(*box).from);
        return awaited.answered(awaited, open(box), from, *this);
    }
    auto& object = *static_cast<Object*>(what);
    running_.id.store(to.number, std::memory_order_relaxed);
    running_.profile.store(object.profile_, std::memory_order_relaxed);
    if (object.stage_ == Object::Stage::running) [[likely]]
        object.accept(box);
    else
        object.accept_ending(box);
}

void Shard::run_turn() {
    take_in();
    fire_timers();
    std::int64_t began = 0;
    for (int done = 0; done < turn_messages; ++done) {
        Box* box = queue_.pop();
        if (!box) break;
        dispatch(box);
        if ((done & 31) == 31) {
            const auto moment = ticks();
            if (began == 0)
                began = moment;
            else if (moment - began > turn_time)
                break;
        }
    }
    running_.profile.store(nullptr, std::memory_order_relaxed);
    flush_all();
    if (!after_turn_.empty()) call_after_turn();
}

AfterTurn::~AfterTurn() {
    if (!shard_) return;
    auto& all = shard_->after_turn_;
    std::replace(all.begin(), all.end(), this, static_cast<AfterTurn*>(nullptr));
}

void AfterTurn::call_after_turn(Shard& shard) {
    if (shard_) return;
    shard_ = &shard;
    shard.after_turn_.push_back(this);
}

void Shard::call_after_turn() {
    for (std::size_t at = 0; at < after_turn_.size(); ++at) { // a call may destroy others, and ask for more
        auto* one = after_turn_[at];
        if (!one) continue;
        after_turn_[at] = nullptr;
        one->shard_ = nullptr;
        one->after_turn();
    }
    after_turn_.clear();
    flush_all();
}

bool Shard::look_a_moment() {
    static const unsigned cores = std::thread::hardware_concurrency();
    bool found = false;
    if (lookers.fetch_add(1, std::memory_order_relaxed) < cores && cores > 1) {
        const auto end = ticks() + look_time;
        for (int round = 1; !found; ++round) {
            for (int i = 0; i < 32 && !found; ++i) {
                relax();
                found = !port_.empty();
            }
            if (found || ticks() >= end) break;
            if (round % 8 == 0) std::this_thread::yield(); // to whoever is to send
        }
    }
    lookers.fetch_sub(1, std::memory_order_relaxed);
    return found;
}

void Shard::wait() {
    if (looks_ && look_a_moment()) return;
    looks_ = false;
    if (timers_.empty()) {
        if (armed_) loop_timer_.cancel();
        armed_ = 0;
    } else if (const auto due = timers_.nearest(); due != armed_ || !loop_timer_.pending()) {
        const auto left = due - now();
        if (left <= 0) return;
        loop_timer_.start(Duration(left), [] {}); // waking is all it is for
        armed_ = due;
    }
    if (!after_turn_.empty() || !port_.fall_asleep()) return;
    const auto began = ticks();
    loop_.wait();
    port_.wake_up();
    looks_ = !port_.empty() && ticks() - began < soon;
}

Shard* Shard::current() {
    return current_shard;
}

void Shard::run() {
    const AlternateStack alternate;
    current_shard = this;
    for (;;) {
        run_turn();
        if (over()) break;
        if (queue_.empty())
            wait();
        else
            loop_.turn();
    }
    tear_down();
}

void Shard::settle() {
    do {
        run_turn();
        loop_.turn();
    } while (!queue_.empty() || !port_.empty() || !after_turn_.empty() ||
             (!timers_.empty() && timers_.nearest() <= now()));
}

void Shard::tear_down() {
    BoxQueue rest;
    for (Box* box = port_.close(); box;) {
        Box* next = box->next;
        enqueue(box);
        box = next;
    }
    while (Box* box = queue_.pop())
        refuse(box, gone("its thread has ended"), Notice::What::dead_letter);
    std::vector<Object*> left;
    table_.each([&](void* what) { left.push_back(static_cast<Object*>(what)); });
    for (auto* object : left)
        if (auto* self = dynamic_cast<Self*>(object)) self->unwind();
    for (auto* object : left) {
        while (object->extra_ && object->extra_->asks)
            forget(object->extra_->asks);
        if (object->extra_)
            for (const auto& timer : object->extra_->timers)
                timers_.cancel(*timer);
        delete object;
    }
    flush_all();
    queue_.clear();
}

} // namespace layer_cake::object
