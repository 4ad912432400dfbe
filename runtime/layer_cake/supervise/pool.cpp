#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/supervise/endpoint_answer.hpp>
#include <layer_cake/supervise/pool.hpp>

namespace layer_cake::supervise {
namespace {

/// How long the pool waits to learn whether a worker that gave no answer has died, before it gives it another request.
constexpr auto doubt = std::chrono::milliseconds(50);

Duration timeout_of(const home::PoolRules& rules) {
    return rules.timeout.value_or(5 * rules.responsiveness);
}

} // namespace

Pool::Pool(Loop& loop, const Clock& clock, home::PoolRules rules, Events events)
    : loop_(loop),
      clock_(clock),
      rules_(std::move(rules)),
      events_(std::move(events)),
      admission_(make_admission()),
      timer_(loop),
      alive_(std::make_shared<bool>(true)) {}

Pool::~Pool() {
    *alive_ = false;
    for (const auto& [id, entry] : jobs_)
        entry.job->send(
            endpoint_refusal(503, "temporarily_unavailable", "the pool is no more", std::chrono::seconds(1)));
}

pool::Admission Pool::make_admission() const {
    Admission::Rules rules;
    rules.size_of_queue = static_cast<std::size_t>(rules_.size_of_queue);
    rules.responsiveness = rules_.responsiveness;
    rules.busy_pass_rate = static_cast<unsigned>(rules_.busy_pass_rate);
    rules.stand_down = rules_.stand_down;
    rules.window = static_cast<unsigned>(rules_.concurrency);
    rules.limit_of_request = timeout_of(rules_);
    return Admission(rules, Random());
}

void Pool::take(net::HttpRequest request, std::shared_ptr<net::HttpAnswer> answer) {
    const auto id = next_id_++;
    if (shut_) {
        answer->send(
            endpoint_refusal(503, "temporarily_unavailable", "the group is stopping", std::chrono::seconds(1)));
        return;
    }
    auto job = std::make_shared<PoolJob>(id, std::move(request), std::move(answer));
    jobs_.emplace(id, Waiting{std::move(job)});
    const auto at = now();
    const auto timeout = timeout_of(rules_);
    act(admission_.arrive(id, at, timeout > Duration::zero() ? at + timeout : Instant::max()));
    arm();
}

void Pool::act(const Admission::Decision& decision) {
    using What = Admission::What;
    const auto again = decision.retry_after;
    switch (decision.what) {
    case What::dispatch:
        return give(decision.worker, decision.request);
    case What::queue: {
        const auto found = jobs_.find(decision.request);
        found->second.queued = true;
        found->second.place = decision.place;
        found->second.job->open()->on_gone([this, alive = alive_, id = decision.request] {
            if (!*alive) return;
            const auto gone = jobs_.find(id);
            if (gone == jobs_.end() || !gone->second.queued) return;
            admission_.abandon(gone->second.place);
            jobs_.erase(gone);
        });
        return;
    }
    case What::busy:
        return refuse(decision.request, endpoint_refusal(503, "busy",
                                                         fmt::format("the answer would take longer than {}",
                                                                     format_span(rules_.responsiveness)),
                                                         again));
    case What::overloaded:
        return refuse(
            decision.request,
            endpoint_refusal(503, "overloaded", fmt::format("{} requests wait already", rules_.size_of_queue), again));
    case What::unavailable:
        return refuse(decision.request,
                      endpoint_refusal(503, "temporarily_unavailable", "no worker is there, nor due soon", again));
    case What::expired:
    case What::timed_out:
        return refuse(
            decision.request,
            endpoint_refusal(504, "timed_out", fmt::format("no answer within {}", format_span(timeout_of(rules_)))));
    case What::lost:
        return refuse(decision.request,
                      endpoint_refusal(502, "disconnected", "the worker ended before it had answered"));
    case What::give_up: {
        const auto name = by_slot_.at(decision.worker.slot);
        const auto found = members_.find(name);
        if (found == members_.end()) return;
        found->second.in = false;
        ++before_.replaced;
        return events_.replace(
            name, fmt::format("it was silent for {} and more after a timeout", format_span(rules_.stand_down * 3 / 4)));
    }
    case What::abandoned:
        jobs_.erase(decision.request);
        return;
    case What::create: // the role's restart rules say when
        return;
    }
}

void Pool::refuse(std::uint64_t id, net::HttpResponse response) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return;
    const auto job = std::move(found->second.job);
    jobs_.erase(found);
    job->send(std::move(response));
}

void Pool::give(Admission::Worker worker, std::uint64_t id) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) return;
    found->second.queued = false;
    const auto job = found->second.job;
    auto& member = members_.at(by_slot_.at(worker.slot));
    member.jobs.emplace(id, job);
    member.worker->take(job);
}

void Pool::go_on() {
    if (std::exchange(going_on_, true)) return; // a worker refused what it was just given: the call under way goes on
    while (const auto decision = admission_.next(now()))
        act(*decision);
    going_on_ = false;
    arm();
}

void Pool::arm() {
    const auto due = admission_.due(now());
    if (due == Instant::max()) return timer_.cancel();
    timer_.start(std::max(due - now(), Duration::zero()), [this] { go_on(); });
}

PoolWorker::Events Pool::events_for(const std::string& name, int life) {
    return {.done = [this, name, life](std::uint64_t id) { finished(name, life, id, End::answered); },
            .refused = [this, name, life](std::uint64_t id) { finished(name, life, id, End::refused); },
            .failed =
                [this, name, life](std::uint64_t id) {
                    ++failed_;
                    auto timer = std::make_shared<Timer>(loop_);
                    timer->start(doubt, [this, name, life, id, alive = alive_, timer] {
                        if (*alive) finished(name, life, id, End::answered);
                    });
                },
            .broken =
                [this, name, life](std::string why) {
                    // The worker is in the middle of something: it is ended when it has returned.
                    loop_.defer([this, name, life, why = std::move(why), alive = alive_] {
                        auto* member = *alive ? find(name, life) : nullptr;
                        if (!member) return;
                        if (member->in) admission_.withdraw(member->id);
                        events_.replace(name, why);
                    });
                }};
}

void Pool::finished(const std::string& name, int life, std::uint64_t id, End end) {
    auto* member = find(name, life);
    if (!member || member->jobs.erase(id) == 0) return;
    jobs_.erase(id);
    const bool answered = end == End::answered;
    if (answered && !std::exchange(member->proven, true)) events_.proven(name);
    if (member->in) {
        admission_.completed(member->id, id, now(), answered);
        if (member->leaving && member->jobs.empty()) {
            admission_.left(member->id, now());
            member->in = false;
        }
    }
    go_on();
    if (auto* still = find(name, life); still && still->leaving && still->jobs.empty()) events_.idle();
}

Pool::Member* Pool::find(const std::string& name, int life) {
    const auto found = members_.find(name);
    return found == members_.end() || found->second.life != life ? nullptr : &found->second;
}

void Pool::join(const std::string& name, int life, std::unique_ptr<PoolWorker> worker) {
    left(name);
    auto& member = members_[name];
    member.life = life;
    member.worker = std::move(worker);
    come_back(name);
}

void Pool::come_back(const std::string& name) {
    const auto found = members_.find(name);
    if (found == members_.end()) return;
    auto& member = found->second;
    // Withdrawn and not done yet, or silent and forgotten: then later, or not at all.
    if (member.in || !member.jobs.empty() || shut_) return;
    member.leaving = false;
    member.in = true;
    member.id = admission_.joined(now(), false);
    if (by_slot_.size() <= member.id.slot) by_slot_.resize(member.id.slot + 1);
    by_slot_[member.id.slot] = name;
    go_on();
}

void Pool::withdraw(const std::string& name) {
    const auto found = members_.find(name);
    if (found == members_.end() || std::exchange(found->second.leaving, true)) return;
    auto& member = found->second;
    if (!member.in) return;
    admission_.withdraw(member.id);
    if (!member.jobs.empty()) return;
    admission_.left(member.id, now());
    member.in = false;
    go_on();
}

void Pool::left(const std::string& name) {
    const auto found = members_.find(name);
    if (found == members_.end()) return;
    auto member = std::move(found->second);
    members_.erase(found);
    if (member.in) admission_.left(member.id, now());
    go_on();                                    // tells what is lost
    for (const auto& [id, job] : member.jobs) { // what the admission does not know of
        jobs_.erase(id);
        if (!job->answered())
            job->send(endpoint_refusal(502, "disconnected", "the worker ended before it had answered"));
    }
}

std::vector<std::string> Pool::workers() const {
    std::vector<std::string> names;
    for (const auto& entry : members_)
        names.push_back(entry.first);
    return names;
}

bool Pool::has(const std::string& name, int life) const {
    const auto found = members_.find(name);
    return found != members_.end() && found->second.life == life;
}

bool Pool::working(const std::string& name) const {
    const auto found = members_.find(name);
    return found != members_.end() && std::any_of(found->second.jobs.begin(), found->second.jobs.end(),
                                                  [](const auto& job) { return !job.second->answered(); });
}

bool Pool::serving(const std::string& name) const {
    const auto found = members_.find(name);
    return found != members_.end() && found->second.in && !found->second.leaving;
}

void Pool::update(const home::PoolRules& rules) {
    const auto figures = status().figures;
    rules_ = rules;
    admission_ = make_admission();
    std::vector<std::string> names;
    for (const auto& [name, member] : members_)
        if (member.in && !member.leaving) names.push_back(name);
    // Those with most first: each one's requests then go to it again, as the least loaded.
    std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) {
        return members_.at(a).jobs.size() > members_.at(b).jobs.size();
    });
    by_slot_.clear();
    std::uint64_t given = 0, offered = 0;
    for (const auto& name : names) {
        auto& member = members_.at(name);
        member.id = admission_.joined(now(), false);
        by_slot_.resize(std::max<std::size_t>(by_slot_.size(), member.id.slot + 1));
        by_slot_[member.id.slot] = name;
        for (const auto& entry : member.jobs) {
            (void)admission_.arrive(entry.first, now());
            ++given;
        }
    }
    for (auto& [name, member] : members_)
        if (member.leaving) member.in = false;
    before_ = figures;
    std::vector<std::uint64_t> waiting;
    for (const auto& [id, entry] : jobs_)
        if (entry.queued) waiting.push_back(id);
    std::sort(waiting.begin(), waiting.end());
    offered = given + waiting.size();
    before_.offered -= std::min(before_.offered, offered);
    before_.admitted -= std::min(before_.admitted, given);
    for (const auto id : waiting)
        if (const auto found = jobs_.find(id); found != jobs_.end())
            act(admission_.arrive(id, now(), now() + timeout_of(rules_)));
    go_on();
}

pool::PoolStatus Pool::status() const {
    pool::PoolStatus status;
    status.name = rules_.name;
    status.role = rules_.role;
    status.size_of_queue = static_cast<std::size_t>(rules_.size_of_queue);
    status.figures = admission_.figures(now());
    using F = pool::Figures;
    for (const auto member : {&F::offered, &F::admitted, &F::completed, &F::busy, &F::busy_late, &F::overloaded,
                              &F::unavailable, &F::expired, &F::timed_out, &F::lost, &F::abandoned, &F::replaced})
        status.figures.*member += before_.*member;
    status.failed = failed_;
    return status;
}

void Pool::shut() {
    shut_ = true;
    std::vector<std::uint64_t> waiting;
    for (const auto& [id, entry] : jobs_)
        if (entry.queued) waiting.push_back(id);
    for (const auto id : waiting) {
        admission_.abandon(jobs_.at(id).place);
        refuse(id, endpoint_refusal(503, "temporarily_unavailable", "the group is stopping", std::chrono::seconds(1)));
    }
}

} // namespace layer_cake::supervise
