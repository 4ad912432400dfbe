#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <layer_cake/realm/nats_info.hpp>
#include <layer_cake/realm/nats_work.hpp>
#include <thread>

namespace layer_cake::realm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration retry_period = milliseconds(50);
constexpr Duration measure_period = seconds(10);
constexpr std::size_t overhead = 128; ///< of a message that waits, besides its texts

Instant now() {
    return std::chrono::steady_clock::now();
}

std::size_t size_of(const NatsWork::Publish& message) {
    return message.subject.size() + message.reply_to.size() + message.bytes.size() + overhead;
}

/// No signal of the process is handled by the threads of a carrier; libnats's threads are made by them.
void block_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

} // namespace

struct NatsWork::Attempt {
    NatsServer server;
    std::shared_ptr<NatsWork> work;
    Instant until{};

    // Guarded by the work's mutex:
    bool is_left = false; ///< nobody waits for it any more
    bool is_done = false;
    std::optional<Error> error;
    std::unique_ptr<NatsLink> link;
    NatsInfo info;
};

NatsWork::NatsWork(NatsOptions options) : options_(std::move(options)) {}

void NatsWork::start(Carrier::Sink sink) {
    sink_.open(std::move(sink));
    runs_ = true;
    std::thread([self = shared_from_this()] {
        block_signals();
        self->run();
        const std::lock_guard lock(self->mutex_);
        self->runs_ = false;
        self->changed_.notify_all();
    }).detach();
}

void NatsWork::end() {
    sink_.close();
    std::unique_lock lock(mutex_);
    ending_ = true;
    changed_.notify_all();
    changed_.wait_for(lock, seconds(1), [this] { return !runs_ && attempts_ == 0; });
}

Result<void> NatsWork::publish(Publish& message) {
    if (!is_up_.load(std::memory_order_relaxed)) return ok();
    const auto size = size_of(message);
    const std::lock_guard lock(mutex_);
    if (waiting_bytes_ + size > options_.queue_bytes && waiting_bytes_ > 0)
        return fail(Fault::busy, fmt::format("{} bytes wait for the NATS server already", waiting_bytes_));
    waiting_bytes_ += size;
    orders_.emplace_back(std::move(message));
    if (orders_.size() == 1) changed_.notify_all();
    return ok();
}

CarrierState NatsWork::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

void NatsWork::give(Order order) {
    const std::lock_guard lock(mutex_);
    orders_.push_back(std::move(order));
    if (orders_.size() == 1) changed_.notify_all();
}

void NatsWork::received(Carried message) {
    if (sink_.say(std::move(message))) return;
    const std::lock_guard lock(mutex_);
    if (!std::exchange(owes_, true)) changed_.notify_all();
}

void NatsWork::closed(std::uint64_t link, std::string why) {
    const std::lock_guard lock(mutex_);
    closed_.emplace(link, std::move(why));
    changed_.notify_all();
}

void NatsWork::complained(std::string text) {
    notice(fmt::format("the NATS server says: {}", text));
}

void NatsWork::was_slow() {
    const std::lock_guard lock(mutex_);
    slow_ = true;
    changed_.notify_all();
}

void NatsWork::run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
        auto orders = std::exchange(orders_, {});
        const auto closed = std::exchange(closed_, {});
        const bool slow = std::exchange(slow_, false);
        attempted_ = owes_ = false;
        lock.unlock();

        if (closed && link_ && link_->number() == closed->first) lose_link(closed->second);
        take(std::move(orders));
        finish_attempt();
        if (!link_ && !attempt_ && now() >= next_) begin_attempt();
        if (slow || (look_again_ != Instant{} && now() >= look_again_)) look_for_losses();
        if (link_ && now() >= measure_at_) measure();
        const bool owes = sink_.go_on();

        lock.lock();
        auto until = now() + std::chrono::hours(1);
        owes_ = owes_ || owes; // somebody may have added to it meanwhile
        if (owes) until = std::min(until, now() + retry_period);
        if (look_again_ != Instant{}) until = std::min(until, look_again_);
        if (link_) until = std::min(until, measure_at_);
        if (attempt_)
            until = std::min(until, attempt_->until);
        else if (!link_)
            until = std::min(until, next_);
        changed_.wait_until(lock, until, [this, owes] {
            return ending_ || !orders_.empty() || closed_ || slow_ || attempted_ || (owes_ && !owes);
        });
    }
    auto orders = std::exchange(orders_, {});
    if (attempt_) {
        attempt_->is_left = true;
        if (!link_) link_ = std::move(attempt_->link);
    }
    lock.unlock();
    take(std::move(orders));
    if (link_) (void)link_->flush(milliseconds(500));
    is_up_ = false;
    link_.reset();
}

void NatsWork::take(std::deque<Order> orders) {
    std::size_t done = 0;
    const auto make_room = [&] {
        const std::lock_guard lock(mutex_);
        waiting_bytes_ -= std::exchange(done, 0);
    };
    for (; !orders.empty(); orders.pop_front()) {
        const auto* message = std::get_if<Publish>(&orders.front());
        done += message ? size_of(*message) : 0;
        carry_out(orders.front());
        if (done >= 1u << 20) make_room();
    }
    if (done) make_room();
}

void NatsWork::carry_out(Order& order) {
    if (auto* message = std::get_if<Publish>(&order)) {
        // When that fails the connection is lost, which is told, or the message is too long for this very server.
        if (link_)
            (void)link_->publish(message->subject, message->reply_to, message->bytes,
                                 message->error ? &*message->error : nullptr);
    } else if (auto* watch = std::get_if<Watch>(&order)) {
        if (link_) (void)link_->subscribe(watch->watch, watch->subject, watch->share);
        watches_.emplace(watch->watch, std::move(*watch));
    } else if (const auto* unwatch = std::get_if<Unwatch>(&order)) {
        if (link_) link_->unsubscribe(unwatch->watch);
        watches_.erase(unwatch->watch);
    }
}

// Connecting.

void NatsWork::begin_attempt() {
    if (turn_.empty()) {
        for (std::size_t i = 0; i < options_.servers.size(); ++i)
            turn_.push_back(i);
        for (std::size_t i = turn_.size(); i > 1; --i)
            std::swap(turn_[i - 1], turn_[random_.up_to(i - 1)]);
        refused_ = false;
    }
    attempt_ = std::make_shared<Attempt>();
    attempt_->server = options_.servers[turn_.back()];
    attempt_->work = shared_from_this();
    attempt_->until = now() + 3 * options_.patience;
    turn_.pop_back();
    {
        const std::lock_guard lock(mutex_);
        ++attempts_;
    }
    std::thread([attempt = attempt_] {
        auto info = ask_nats_info(attempt->server, attempt->work->options_.patience);
        std::optional<Error> error;
        std::unique_ptr<NatsLink> link;
        if (info) {
            auto made = NatsLink::connect(attempt->work->options_, attempt->server, attempt->work);
            made ? void(link = std::move(*made)) : void(error = made.error());
        } else {
            error = info.error();
        }
        const auto work = std::exchange(attempt->work, nullptr);
        {
            const std::lock_guard lock(work->mutex_);
            if (!attempt->is_left) {
                attempt->is_done = work->attempted_ = true;
                attempt->error = std::move(error);
                attempt->link = std::move(link);
                if (info) attempt->info = *info;
                work->changed_.notify_all();
            }
        }
        link.reset();
        const std::lock_guard lock(work->mutex_);
        --work->attempts_;
        work->changed_.notify_all();
    }).detach();
}

void NatsWork::finish_attempt() {
    if (!attempt_) return;
    std::optional<Error> error;
    {
        const std::lock_guard lock(mutex_);
        if (attempt_->is_done) {
            error = attempt_->error;
        } else if (now() >= attempt_->until) {
            attempt_->is_left = true;
            error = Error{Fault::disconnected, fmt::format("{} does not answer", attempt_->server.place())};
        } else {
            return;
        }
    }
    const auto attempt = std::exchange(attempt_, nullptr);
    if (!error) {
        link_ = std::move(attempt->link);
        for (const auto& [id, watch] : watches_)
            if (auto watched = link_->subscribe(id, watch.subject, watch.share); !watched) error = watched.error();
        if (auto flushed = link_->flush(options_.patience); !flushed) error = flushed.error();
        if (error) link_.reset();
    }
    if (error) return is_down(*error);
    longest_ = std::min(link_->longest(), std::size_t{1} << 20);
    turn_.clear();
    reason_.clear();
    const bool is_old = is_old_nats_server(attempt->info.version);
    {
        const std::lock_guard lock(mutex_);
        state_ = {attempt->server.place(), "nats-server " + attempt->info.version, is_old, {}};
    }
    is_up_ = true;
    sink_.say(CarrierUp{});
    measure();
    if (is_old && old_version_ != attempt->info.version) {
        old_version_ = attempt->info.version;
        notice(fmt::format("{} runs nats-server {}: before 2.9.23 there are known ways around its authentication; "
                           "see CVE-2023-47090",
                           attempt->server.place(), old_version_));
    }
}

void NatsWork::is_down(const Error& why) {
    refused_ = refused_ || why.fault == Fault::invalid;
    if (turn_.empty()) next_ = now() + pause(refused_);
    if (why.detail == reason_) return;
    reason_ = why.detail;
    sink_.say(CarrierDown{reason_});
}

/// Those whom a server refuses try seldom, so that its log can be read.
Duration NatsWork::pause(bool refused) {
    const auto first = refused ? seconds(2) : milliseconds(250);
    return first + milliseconds(random_.up_to(refused ? 3'000 : 750));
}

void NatsWork::lose_link(std::string why) {
    is_up_ = false;
    {
        const std::lock_guard lock(mutex_);
        state_ = {};
    }
    link_.reset();
    look_again_ = {};
    reason_ = std::move(why);
    sink_.say(CarrierDown{reason_});
    turn_.clear();
    next_ = now();
}

/// One that does not answer is found out by libnats.
void NatsWork::measure() {
    const auto begun = now();
    measure_at_ = begun + measure_period;
    if (!link_->flush(options_.patience)) return;
    const std::lock_guard lock(mutex_);
    state_.round_trip = now() - begun;
}

/// libnats says it once when messages begin to be thrown away; how many shows a little later.
void NatsWork::look_for_losses() {
    const auto losses = link_ ? link_->losses() : decltype(link_->losses()){};
    look_again_ = losses.empty() ? Instant{} : now() + milliseconds(100);
    for (const auto& [watch, messages] : losses)
        sink_.lost(watch, messages);
}

} // namespace layer_cake::realm
