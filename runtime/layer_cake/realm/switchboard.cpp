#include <layer_cake/realm/switchboard.hpp>
#include <mutex>

namespace layer_cake::realm {
namespace {

std::size_t size_of(const CarrierEvent& event) {
    const auto* carried = std::get_if<Carried>(&event);
    return sizeof event + (carried ? carried->subject.size() + carried->reply_to.size() + carried->bytes.size() : 0);
}

} // namespace

struct Switchboard::Inbox {
    std::mutex mutex;
    std::vector<CarrierEvent> events;
    std::size_t bytes = 0;
    Switchboard* board = nullptr; ///< the loop's thread only

    /// @return whether it is the first one, so that somebody has to be told
    std::pair<bool, bool> add(CarrierEvent event) {
        const auto size = size_of(event);
        const std::lock_guard guard(mutex);
        if (std::holds_alternative<Carried>(event) && bytes + size > most_bytes) return {false, false};
        bytes += size;
        events.push_back(std::move(event));
        return {true, events.size() == 1};
    }
    std::vector<CarrierEvent> take() {
        const std::lock_guard guard(mutex);
        bytes = 0;
        return std::exchange(events, {});
    }
};

Switchboard::Switchboard(Loop& loop, std::unique_ptr<Carrier> carrier)
    : loop_(loop), inbox_(std::make_shared<Inbox>()), carrier_(std::move(carrier)) {
    inbox_->board = this;
}

Switchboard::~Switchboard() {
    carrier_.reset(); // nothing comes in any more
    inbox_->board = nullptr;
}

void Switchboard::open() {
    carrier_->open([&loop = loop_, inbox = inbox_](CarrierEvent event) {
        const auto [is_taken, is_first] = inbox->add(std::move(event));
        if (is_first)
            loop.post([inbox] {
                if (inbox->board) inbox->board->deliver();
            });
        return is_taken;
    });
}

WatchId Switchboard::watch(std::string subject, Handler handler, std::string share) {
    const auto id = carrier_->watch(std::move(subject), std::move(share));
    handlers_[id] = std::make_shared<Handler>(std::move(handler));
    return id;
}

void Switchboard::unwatch(WatchId watch) {
    carrier_->unwatch(watch);
    handlers_.erase(watch);
}

void Switchboard::deliver() {
    const auto inbox = inbox_; // a handler may destroy this board
    for (auto& event : inbox->take()) {
        if (!inbox->board) return;
        if (auto* carried = std::get_if<Carried>(&event)) {
            const auto found = handlers_.find(carried->watch);
            if (found == handlers_.end()) continue;
            const auto handler = found->second; // it may unwatch itself
            (*handler)(*carried);
            continue;
        }
        if (std::holds_alternative<CarrierUp>(event)) is_up_ = true;
        if (std::holds_alternative<CarrierDown>(event)) is_up_ = false;
        for (std::size_t i = 0; inbox->board && i < news_.size(); ++i)
            news_[i](event);
    }
}

} // namespace layer_cake::realm
