#include "tests/pool/policies.hpp"

#include <algorithm>
#include <numeric>

namespace overload {

Policy::Decision PlainQueue::arrive(Request request, Instant now, Instant) {
    if (idle_.empty()) {
        queue_.push_back({request, now});
        return {What::queue, request};
    }
    const auto worker = idle_.front();
    idle_.pop_front();
    return {What::dispatch, request, worker};
}

bool PlainQueue::completed(Worker worker, Request, Instant) {
    if (!gone_.contains(worker.slot)) idle_.push_back(worker);
    return true;
}

Policy::Worker PlainQueue::joined(Instant) {
    const Worker worker{workers_++, 1};
    idle_.push_back(worker);
    return worker;
}

void PlainQueue::left(Worker worker, Instant) {
    gone_.insert(worker.slot);
    std::erase(idle_, worker);
}

std::optional<Policy::Decision> PlainQueue::next(Instant) {
    if (idle_.empty() || queue_.empty()) return std::nullopt;
    const Decision decision{What::dispatch, queue_.front().request, idle_.front()};
    queue_.pop_front();
    idle_.pop_front();
    return decision;
}

Policy::Decision Predecessor::arrive(Request request, Instant now, Instant) {
    if (!idle_.empty()) return submit(request, now, now);
    if (size_of_queue_ && queue_.size() >= *size_of_queue_) return {What::overloaded, request};
    queue_.emplace_back(request, now);
    return {What::queue, request};
}

Policy::Decision Predecessor::submit(Request request, Instant arrived, Instant now) {
    const auto sum = std::accumulate(spans_.begin(), spans_.end(), Duration::zero());
    if (!spans_.empty() && sum / static_cast<int>(spans_.size()) >= responsiveness_)
        if (++busy_count_ % busy_pass_rate_ != 0) return {What::busy, request};
    const auto worker = idle_.front();
    idle_.pop_front();
    active_.push_back({request, worker, arrived, now + 5 * responsiveness_});
    return {What::dispatch, request, worker};
}

void Predecessor::one_from_queue(Instant now) {
    if (queue_.empty() || idle_.empty()) return;
    const auto [request, arrived] = queue_.front();
    queue_.pop_front();
    pending_.push_back(submit(request, arrived, now));
}

bool Predecessor::completed(Worker worker, Request request, Instant now) {
    const auto found =
        std::find_if(active_.begin(), active_.end(), [&](const auto& one) { return one.request == request; });
    if (found == active_.end()) return false;
    spans_.push_back(now - found->arrived);
    if (spans_.size() > 32) spans_.pop_front();
    active_.erase(found);
    idle_.push_back(worker);
    one_from_queue(now);
    return true;
}

Policy::Worker Predecessor::joined(Instant now) {
    const Worker worker{workers_++, 1};
    idle_.push_back(worker);
    one_from_queue(now);
    return worker;
}

void Predecessor::left(Worker, Instant now) {
    creations_.push_back(now + stand_down_);
}

std::optional<Policy::Decision> Predecessor::next(Instant now) {
    if (pending_.empty() && !active_.empty() && active_.front().limit <= now) {
        const auto late = active_.front();
        active_.pop_front();
        idle_.push_back(late.worker);
        pending_.push_back({What::timed_out, late.request, late.worker});
        one_from_queue(now);
    }
    if (pending_.empty() && !creations_.empty() && creations_.front() <= now) {
        creations_.pop_front();
        pending_.push_back({What::create});
    }
    if (pending_.empty()) return std::nullopt;
    const auto decision = pending_.front();
    pending_.pop_front();
    return decision;
}

Instant Predecessor::due(Instant) const {
    auto due = Instant::max();
    if (!active_.empty()) due = active_.front().limit;
    if (!creations_.empty()) due = std::min(due, creations_.front());
    return due;
}

} // namespace overload
