#include <fmt/format.h>
#include <layer_cake/object/shard_send.hpp>
#include <layer_cake/pool/spool.hpp>
#include <layer_cake/type/retry_after.hpp>

namespace layer_cake::pool {
namespace {

using type::Any;
using What = Admission::What;

Any refusal(const Admission::Decision& decision, std::size_t waiting) {
    const auto with = [&](std::string explanation) {
        return type::with_retry_after(std::move(explanation), decision.retry_after);
    };
    const auto seconds = std::chrono::duration<double>(decision.expected).count();
    switch (decision.what) {
    case What::busy:
        return type::Busy{
            {"message rejected by spool", with(fmt::format("expected response time {:.2f}", seconds)), {}, {}}};
    case What::overloaded:
        return type::Overloaded{
            {"message rejected by spool", with(fmt::format("overloaded, {} pending", waiting)), {}, {}}};
    case What::unavailable:
        return type::TemporarilyUnavailable{
            {"Service temporarily unavailable", with("no worker and no immediate prospects of one"), {}, {}}, {}};
    case What::lost:
        return type::Faulted{"no answer", "the worker has ended", {}, {}};
    default:
        return type::TimedOut{};
    }
}

} // namespace

Spool::Spool(PoolSettings settings, std::string worker, Make make)
    : settings_(std::move(settings)),
      worker_name_(std::move(worker)),
      make_(std::move(make)),
      admission_(unexpected(settings_) ? Admission::Rules{} : rules(settings_), Random()) {
    admission_.check_requesters([this](Admission::Request number) { return gone(requests_[number]); });
}

Spool::~Spool() {
    for (auto& request : requests_)
        if (request.id) self_->shard().forget(request);
}

Spool::Request& Spool::take_request() {
    if (free_.empty()) {
        auto& request = requests_.emplace_back();
        request.spool = this;
        request.number = static_cast<std::uint32_t>(requests_.size() - 1);
        request.answered = answered;
        free_.push_back(request.number);
    }
    auto& request = requests_[free_.back()];
    free_.pop_back();
    request.used = true;
    return request;
}

void Spool::give_back(Request& request) {
    self_->shard().forget(request);
    request.message = {};
    request.from = {};
    request.used = false;
    free_.push_back(request.number);
}

/// An awaited answer of this thread that nobody awaits any more. Of other threads it is not known.
bool Spool::gone(const Request& request) const {
    const object::Id from{request.from.id()};
    return from && request.from.is_local() && from.shard() == self_->shard().number() &&
           !self_->shard().table().find(from);
}

void Spool::on(object::Object& self, type::Unknown, Any& message) {
    self.take_over();
    if (stopping_) return self.reply(type::Aborted{});
    auto& request = take_request();
    request.from = self.return_address();
    request.deadline = self.deadline();
    const auto now = self.now();
    const auto decision = admission_.arrive(request.number, now, request.deadline);
    if (decision.what == What::dispatch)
        dispatch(request, decision.worker, std::move(message));
    else if (decision.what == What::queue)
        request.message = std::move(message);
    else
        obey(decision);
    arm(now);
}

void Spool::dispatch(Request& request, Admission::Worker worker, Any message) {
    auto& shard = self_->shard();
    request.worker = worker;
    shard.await(request);
    const auto deadline = request.deadline == Instant::max() ? 0 : request.deadline.time_since_epoch().count();
    shard.send(std::move(message), workers_[worker.slot].address, type::Address(request.id.number), deadline);
}

void Spool::answered(object::Awaited& awaited, Any value, const type::Address&, object::Shard&) {
    auto& request = static_cast<Request&>(awaited);
    request.spool->finished(request, std::move(value));
}

void Spool::finished(Request& request, Any value) {
    const auto worker = request.worker;
    const auto* fault = type::as_fault(value);
    const auto now = self_->now();
    const bool tell = admission_.completed(worker, request.number, now, !fault);
    // The runtime's own words, for a worker that is not ours and whose end is not told.
    const bool ended = fault && (fault->condition == "no such object" || fault->condition == "no answer");
    if (tell) this->tell(request, std::move(value));
    give_back(request);
    const auto& about = workers_[worker.slot];
    if (admission_.knows(worker)) {
        if (about.leaving && admission_.outstanding(worker) == 0) {
            if (about.made) self_->send(type::Stop{}, about.address);
            forget(worker);
        } else if (ended && !about.made) {
            forget(worker);
        }
    }
    go_on(now);
}

void Spool::tell(Request& request, Any value) {
    if (const auto from = std::exchange(request.from, {})) self_->send(std::move(value), from);
}

void Spool::go_on(Instant now) {
    if (stopping_) return;
    while (const auto decision = admission_.next(now))
        obey(*decision);
    arm(now);
}

void Spool::arm(Instant now) {
    const auto due = admission_.due(now);
    if (due >= armed_) return;
    armed_ = due;
    self_->start_timer(type::info_of<Due>(), due - now, {});
}

void Spool::on(object::Object&, Due) {
    armed_ = Instant::max();
    go_on(self_->now());
}

void Spool::obey(const Admission::Decision& decision) {
    switch (decision.what) {
    case What::create:
        if (add_worker()) return;
        // Tried again after stand_down.
        return admission_.left(admission_.joined(self_->now()), self_->now());
    case What::give_up: {
        const auto about = workers_[decision.worker.slot];
        if (about.made) {
            self_->send(type::Stop{}, about.address);
            given_up_.insert(about.address.id());
        }
        by_address_.erase(about.address);
        return;
    }
    case What::queue:
        return;
    default:
        break;
    }
    auto& request = requests_[decision.request];
    switch (decision.what) {
    case What::dispatch:
        return dispatch(request, decision.worker, std::move(request.message));
    case What::timed_out:
        return tell(request, refusal(decision, 0)); // its worker has it still
    case What::abandoned:
        break;
    default:
        tell(request, refusal(decision, admission_.queued()));
    }
    give_back(request);
}

} // namespace layer_cake::pool
