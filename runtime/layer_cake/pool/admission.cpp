#include <algorithm>
#include <cmath>
#include <layer_cake/pool/admission.hpp>
#include <utility>

namespace layer_cake::pool {
namespace {

constexpr std::size_t waiting_unknown = 64; // to a worker, while S is not known
constexpr int slow_after = 8;               // times S
constexpr int silent_after = 5;             // times T, as the predecessor
constexpr int shortest_target = 6;          // times S: a queue of that many keeps every worker busy

Duration times(Duration span, double factor) {
    return Duration(static_cast<Duration::rep>(static_cast<double>(span.count()) * factor));
}
Instant later(Instant moment, Duration span) {
    return span > Instant::max() - moment ? Instant::max() : moment + span;
}

} // namespace

Admission::Decision Admission::arrive(Request request, Instant now, Instant deadline) {
    ++counts_.offered;
    if (deadline <= now) return refuse(What::expired, counts_.expired, request, {});
    const auto number = least_loaded();
    if (number != none && slots_[number].in_flight.empty() && queued() == 0) {
        standing_since_.reset();
        give(number, request, now, now);
        return {What::dispatch, request, {number, slots_[number].use}};
    }
    const auto limit = limit_of(now, deadline);
    if (workers(serving()) == 0 && soonest_worker() >= limit)
        return refuse(What::unavailable, counts_.unavailable, request, until_worker(now));
    const auto outlook = this->outlook(now);
    const auto after = std::max({outlook.wait, outlook.service, Duration(std::chrono::milliseconds(1))});
    if (queued() >= rules_.size_of_queue) return refuse(What::overloaded, counts_.overloaded, request, after);
    const bool room = outlook.known || queued() < waiting_unknown * std::max<std::size_t>(1, workers(serving()));
    const auto in_time = std::min(target(outlook, now), deadline - now);
    bool probe = false;
    if (!room || outlook.wait + outlook.service + outlook.margin > in_time) {
        if (!room || queued() != 0 || later(now, outlook.service) > limit) {
            probe = rules_.responsiveness && service_.stale(now, *rules_.responsiveness) &&
                    random_.up_to(rules_.busy_pass_rate - 1) == 0;
            if (!probe) return refuse(What::busy, counts_.busy, request, after, outlook.wait + outlook.service);
        }
    }
    if (number == none || queued() != 0) return wait(request, now, deadline, probe);
    give(number, request, now, now);
    return {What::dispatch, request, {number, slots_[number].use}};
}

Admission::Decision Admission::refuse(What what, std::uint64_t& count, Request request, Duration retry_after,
                                      Duration expected) {
    ++count;
    return {what, request, {}, retry_after, 0, expected};
}

Admission::Decision Admission::wait(Request request, Instant now, Instant deadline, bool probe) {
    const auto place = front_ + queue_.size();
    queue_.push_back({request, now, limit_of(now, deadline), deadline, probe, false});
    return {What::queue, request, {}, {}, place};
}

void Admission::abandon(std::uint64_t place) {
    if (place < front_ || place - front_ >= queue_.size()) return;
    auto& waiting = queue_[place - front_];
    if (std::exchange(waiting.gone, true)) return;
    ++gone_;
    ++counts_.abandoned;
    while (!queue_.empty() && queue_.front().gone)
        drop_front();
}

void Admission::drop_front() {
    if (queue_.front().gone) --gone_;
    queue_.pop_front();
    ++front_;
}

std::optional<Admission::Decision> Admission::next(Instant now) {
    if (now >= check_at_) check(now);
    while (!creations_.empty() && creations_.back() <= now) {
        creations_.pop_back();
        ++counts_.replaced;
        expected_ = now;
        pending_.push_back({What::create});
    }
    if (pending_.empty()) return take_from_queue(now);
    auto decision = pending_.front();
    pending_.pop_front();
    return decision;
}

std::optional<Admission::Decision> Admission::take_from_queue(Instant now) {
    while (!queue_.empty()) {
        const auto head = queue_.front();
        const auto number = least_loaded();
        if (head.gone) {
            drop_front();
        } else if (head.deadline <= now) {
            drop_front();
            return refuse(What::expired, counts_.expired, head.request, {});
        } else if (sealed(head, now, number == none ? 0 : slots_[number].in_flight.size()) < now) {
            drop_front();
            const auto outlook = this->outlook(now);
            return refuse(What::busy, counts_.busy_late, head.request, outlook.wait,
                          now - head.arrived + outlook.service);
        } else if (workers(serving()) == 0 && soonest_worker() >= head.limit) {
            drop_front();
            return refuse(What::unavailable, counts_.unavailable, head.request, until_worker(now));
        } else if (number == none) {
            return std::nullopt;
        } else if (requester_gone_ && requester_gone_(head.request)) {
            drop_front();
            return refuse(What::abandoned, counts_.abandoned, head.request, {});
        } else {
            drop_front();
            if (rules_.responsiveness && now - head.arrived < *rules_.responsiveness / 8)
                standing_since_.reset();
            else if (!standing_since_)
                standing_since_ = now;
            give(number, head.request, head.arrived, now);
            return Decision{What::dispatch, head.request, {number, slots_[number].use}};
        }
    }
    return std::nullopt;
}

Instant Admission::due(Instant now) const {
    if (!pending_.empty()) return now;
    auto due = check_at_;
    if (!creations_.empty()) due = std::min(due, creations_.back());
    if (!queue_.empty())
        due = std::min(due, std::min(later(sealed(queue_.front(), now, 0), Duration(1)), queue_.front().deadline));
    return due;
}

Instant Admission::limit_of(Instant arrived, Instant deadline) const {
    return rules_.responsiveness ? std::min(deadline, later(arrived, *rules_.responsiveness)) : deadline;
}

/// The last moment for what waits to be begun, if it is to be answered in time, by a worker that has that many requests
/// before it.
Instant Admission::sealed(const Waiting& waiting, Instant now, std::size_t before) const {
    if (waiting.probe) return waiting.deadline;
    return service_.known(now) ? waiting.limit - static_cast<int>(before + 1) * service_.mean() : waiting.limit;
}

Admission::Outlook Admission::outlook(Instant now) const {
    Outlook outlook;
    const auto serving = std::max<std::size_t>(1, workers(this->serving()));
    const auto ahead = queued() + in_flight_[static_cast<std::size_t>(this->serving())];
    const auto rounds = static_cast<double>(ahead / serving);
    const auto since = std::max(Duration::zero(), now - last_dispatch_);
    outlook.known = service_.known(now);
    outlook.service = outlook.known ? service_.mean() : last_dispatch_ == Instant{} ? Duration::zero() : since;
    outlook.wait = times(outlook.service, rounds);
    if (workers(this->serving()) == 0)
        outlook.wait += until_worker(now);
    else if (outlook.known && least_loaded() == none) // all are busy, for longer than usual: half as long again
        outlook.wait += std::max(Duration::zero(), since - outlook.service) / 2;
    if (outlook.known) outlook.margin = times(service_.spread(), std::sqrt(1 + rounds / static_cast<double>(serving)));
    return outlook;
}

Duration Admission::target(const Outlook& outlook, Instant now) const {
    if (!rules_.responsiveness) return Duration::max();
    const auto most = *rules_.responsiveness;
    if (!standing_since_ || now - *standing_since_ < 4 * most) return most;
    return std::max(most / 2, std::min(most, shortest_target * outlook.service));
}

Duration Admission::half_life() const {
    const auto serving = static_cast<int>(std::max<std::size_t>(1, workers(this->serving())));
    const auto least = rules_.responsiveness ? *rules_.responsiveness / 4 : Duration(std::chrono::seconds(1));
    return std::max({least, 32 * service_.mean() / serving, Duration(1)});
}

std::optional<Duration> Admission::limit_of_request() const {
    if (rules_.limit_of_request || !rules_.responsiveness) return rules_.limit_of_request;
    return silent_after * *rules_.responsiveness;
}

Duration Admission::slowness() const {
    return rules_.responsiveness ? std::max(*rules_.responsiveness, slow_after * service_.mean()) : Duration::max();
}

Instant Admission::soonest_worker() const {
    auto soonest = expected_.value_or(Instant::max());
    if (!creations_.empty()) soonest = std::min(soonest, creations_.back());
    if (workers(State::silent) != 0)
        for (const auto& slot : slots_)
            if (slot.state == State::silent) soonest = std::min(soonest, slot.replace_at);
    return soonest;
}

Duration Admission::until_worker(Instant now) const {
    const auto soonest = soonest_worker();
    if (soonest == Instant::max()) return rules_.responsiveness.value_or(std::chrono::seconds(1));
    return std::max(Duration(std::chrono::milliseconds(1)), soonest - now);
}

Duration Admission::vary(Duration time) {
    return times(time, 0.75 + 0.5 * static_cast<double>(random_.up_to(10'000)) / 10'000);
}

Figures Admission::figures(Instant now) const {
    auto figures = counts_;
    figures.queued = queued();
    for (const auto count : in_flight_)
        figures.in_flight += count;
    figures.workers = workers(State::counts);
    figures.slow = workers(State::slow);
    figures.silent = workers(State::silent);
    figures.withdrawn = workers(State::withdrawn);
    if (service_.known(now)) figures.service_time = service_.mean();
    figures.service_spread = service_.spread();
    figures.responsiveness = rules_.responsiveness;
    figures.sojourn_p50 = sojourn_.at(0.5);
    figures.sojourn_p99 = sojourn_.at(0.99);
    figures.response_p50 = response_.at(0.5);
    figures.response_p99 = response_.at(0.99);
    return figures;
}

} // namespace layer_cake::pool
