#include <layer_cake/realm/nats_work.hpp>

namespace layer_cake::realm {

void NatsSink::open(Carrier::Sink sink) {
    const std::lock_guard lock(mutex_);
    sink_ = std::move(sink);
}

void NatsSink::close() {
    const std::lock_guard lock(mutex_);
    sink_ = nullptr;
}

bool NatsSink::say(CarrierEvent event) {
    const std::lock_guard lock(mutex_);
    if (!sink_) return true;
    const bool is_open = tell_owed();
    if (const auto* message = std::get_if<Carried>(&event)) {
        const auto watch = message->watch;
        if (!is_open || !sink_(std::move(event))) ++losses_[watch];
    } else if (!is_open || !sink_(event)) {
        state_ = std::move(event);
    }
    return !state_ && losses_.empty();
}

void NatsSink::lost(WatchId watch, std::uint64_t messages) {
    const std::lock_guard lock(mutex_);
    losses_[watch] += messages;
    if (sink_) (void)tell_owed();
}

void NatsSink::note(const std::function<void(const std::string&)>& to, const std::string& text) {
    const std::lock_guard lock(mutex_);
    if (sink_ && to) to(text);
}

bool NatsSink::go_on() {
    const std::lock_guard lock(mutex_);
    return sink_ && !tell_owed();
}

/// True when nothing is owed any more.
bool NatsSink::tell_owed() {
    if (state_) {
        if (!sink_(*state_)) return false;
        state_.reset();
    }
    while (!losses_.empty()) {
        const auto first = losses_.begin();
        if (!sink_(CarrierLoss{first->first, first->second})) return false;
        losses_.erase(first);
    }
    return true;
}

} // namespace layer_cake::realm
