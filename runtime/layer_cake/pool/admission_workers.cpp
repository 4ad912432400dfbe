#include <algorithm>
#include <layer_cake/pool/admission.hpp>

/// What happens to workers.
namespace layer_cake::pool {
namespace {

Instant later(Instant moment, Duration span) {
    return span > Instant::max() - moment ? Instant::max() : moment + span;
}

} // namespace

Admission::Slot* Admission::find(Worker worker) {
    if (worker.slot >= slots_.size()) return nullptr;
    auto& slot = slots_[worker.slot];
    return slot.use == worker.use && slot.state != State::gone ? &slot : nullptr;
}

Admission::Worker Admission::joined(Instant, bool replaced) {
    expected_.reset();
    std::uint32_t number = 0;
    if (free_.empty()) {
        number = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        number = free_.back();
        free_.pop_back();
    }
    ++slots_[number].use;
    slots_[number].replaced = replaced;
    set_state(number, State::counts);
    return {number, slots_[number].use};
}

void Admission::left(Worker worker, Instant now) {
    const auto* slot = find(worker);
    if (!slot) return;
    const bool replace = slot->replaced && slot->state != State::withdrawn;
    forget(worker.slot);
    if (replace && rules_.stand_down) create_later(later(now, vary(*rules_.stand_down)));
}

void Admission::create_later(Instant when) {
    creations_.insert(std::lower_bound(creations_.begin(), creations_.end(), when, std::greater<>()), when);
}

void Admission::forget(std::uint32_t number) {
    auto& slot = slots_[number];
    for (const auto& had : slot.in_flight) {
        if (!had.told) ++counts_.lost;
        pending_.push_back({had.told ? What::abandoned : What::lost, had.request, {number, slot.use}});
    }
    set_state(number, State::gone);
    slot.in_flight.clear();
    free_.push_back(number);
}

void Admission::withdraw(Worker worker) {
    if (find(worker)) set_state(worker.slot, State::withdrawn);
}

std::size_t Admission::outstanding(Worker worker) const {
    const auto* slot = find(worker);
    return slot ? slot->in_flight.size() : 0;
}

bool Admission::completed(Worker worker, Request request, Instant now, bool usual) {
    auto* slot = find(worker);
    if (!slot) return false;
    auto& all = slot->in_flight;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.request == request; });
    if (found == all.end()) return false;
    const auto done = *found;
    unlist(worker.slot);
    --in_flight(slot->state);
    if (const auto after = all.erase(found); after == all.begin() && after != all.end())
        after->since = now; // the worker begins with it only now
    if (usual) service_.add(std::max(Duration(0), now - done.since), now, half_life());
    if (slot->state == State::slow || slot->state == State::silent)
        set_state(worker.slot, State::counts);
    else
        list(worker.slot);
    if (!all.empty()) check_at_ = std::min(check_at_, later(all.front().since, slowness()));
    if (done.told) return false;
    ++counts_.completed;
    response_.add(now - done.arrived);
    return true;
}

void Admission::give(std::uint32_t number, Request request, Instant arrived, Instant now) {
    auto& slot = slots_[number];
    unlist(number);
    slot.in_flight.push_back({request, arrived, now, false});
    ++in_flight(slot.state);
    list(number);
    ++counts_.admitted;
    sojourn_.add(now - arrived);
    last_dispatch_ = now;
    check_at_ = std::min(check_at_, later(now, slowness()));
    if (const auto limit = limit_of_request()) check_at_ = std::min(check_at_, later(now, *limit));
}

void Admission::set_state(std::uint32_t number, State state) {
    auto& slot = slots_[number];
    unlist(number);
    if (slot.state != State::gone) {
        --workers(slot.state);
        in_flight(slot.state) -= slot.in_flight.size();
    }
    slot.state = state;
    slot.replace_at = Instant::max();
    if (state == State::gone) return;
    ++workers(state);
    in_flight(state) += slot.in_flight.size();
    list(number);
}

void Admission::list(std::uint32_t number) {
    auto& slot = slots_[number];
    if (slot.state != State::counts || slot.in_flight.size() >= rules_.window) return;
    auto& list = ready_[slot.in_flight.size()];
    slot.listed = true;
    slot.before = list.last;
    slot.after = none;
    (list.last == none ? list.first : slots_[list.last].after) = number;
    list.last = number;
}

void Admission::unlist(std::uint32_t number) {
    auto& slot = slots_[number];
    if (!slot.listed) return;
    auto& list = ready_[slot.in_flight.size()];
    slot.listed = false;
    (slot.before == none ? list.first : slots_[slot.before].after) = slot.after;
    (slot.after == none ? list.last : slots_[slot.after].before) = slot.before;
}

std::uint32_t Admission::least_loaded() const {
    for (const auto& list : ready_)
        if (list.first != none) return list.first;
    return none;
}

void Admission::check(Instant now) {
    check_at_ = Instant::max();
    for (std::uint32_t number = 0; number < slots_.size(); ++number)
        if (slots_[number].state != State::gone) check(number, now);
}

void Admission::check(std::uint32_t number, Instant now) {
    auto& slot = slots_[number];
    const auto passed = [&](Instant when) {
        if (when > now) check_at_ = std::min(check_at_, when);
        return when <= now;
    };
    if (slot.in_flight.empty()) return;
    const auto oldest = slot.in_flight.front().since;
    if (slot.state == State::counts && passed(later(oldest, slowness()))) set_state(number, State::slow);
    const auto limit = limit_of_request();
    if (!limit) return;
    for (auto& had : slot.in_flight) {
        if (had.told || !passed(later(had.since, *limit))) continue;
        had.told = true;
        ++counts_.timed_out;
        pending_.push_back({What::timed_out, had.request, {number, slot.use}});
    }
    if ((slot.state == State::slow || slot.state == State::counts) && later(oldest, *limit) <= now) {
        set_state(number, State::silent);
        if (rules_.stand_down) slot.replace_at = later(now, vary(*rules_.stand_down));
    }
    if (slot.state != State::silent || !passed(slot.replace_at)) return;
    pending_.push_back({What::give_up, 0, {number, slot.use}});
    if (slot.replaced) create_later(now);
    forget(number);
}

} // namespace layer_cake::pool
