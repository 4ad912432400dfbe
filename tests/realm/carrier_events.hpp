#pragma once

#include <condition_variable>
#include <deque>
#include <layer_cake/realm/carrier.hpp>
#include <mutex>
#include <optional>

namespace layer_cake::testing {

/// Gathers what a carrier says, and waits for it.
class CarrierEvents {
public:
    realm::Carrier::Sink sink() {
        return [this](realm::CarrierEvent event) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return !held_; });
            if (!takes_) return false;
            events_.push_back(std::move(event));
            changed_.notify_all();
            return true;
        };
    }
    void take(bool takes) {
        const std::lock_guard lock(mutex_);
        takes_ = takes;
    }
    /// Makes the carrier wait in the sink.
    void hold(bool held) {
        const std::lock_guard lock(mutex_);
        held_ = held;
        changed_.notify_all();
    }

    /// The next of that kind; what comes before it is forgotten. Nothing when there is none for that long.
    template <class Event>
    std::optional<Event> next(std::chrono::milliseconds patience = std::chrono::seconds(20)) {
        const auto until = std::chrono::steady_clock::now() + patience;
        std::unique_lock lock(mutex_);
        for (;;) {
            while (!events_.empty()) {
                auto event = std::move(events_.front());
                events_.pop_front();
                if (auto* wanted = std::get_if<Event>(&event)) return std::move(*wanted);
            }
            if (!changed_.wait_until(lock, until, [this] { return !events_.empty(); })) return std::nullopt;
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<realm::CarrierEvent> events_;
    bool takes_ = true, held_ = false;
};

} // namespace layer_cake::testing
