#include <algorithm>
#include <cli/load/generator.hpp>
#include <fmt/format.h>
#include <utility>

namespace layer_cake::cli::load {
namespace {

Instant now_of() {
    return std::chrono::steady_clock::now();
}

/// A client that could not connect does not try again at once.
constexpr Duration least_pause = std::chrono::milliseconds(50);

std::size_t share_of(std::uint64_t whole, unsigned process, unsigned processes) {
    return static_cast<std::size_t>(whole / processes + (process < whole % processes ? 1 : 0));
}

bool is_repeatable(const std::string& method) {
    return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

} // namespace

/// One connection and the request on it.
class Generator::Slot final : public net::HttpChannel::User {
public:
    Slot(Generator& owner, net::HttpChannel::Rules rules)
        : channel(owner.loop_, owner.server_, rules, *this), owner_(owner) {}

    void answered(net::HttpChannel&, Result<void> result) override { owner_.answered(*this, std::move(result)); }

    net::HttpChannel channel;
    Job job;
    std::size_t connections = 0; ///< of the channel, counted already

private:
    Generator& owner_;
};

Generator::Generator(Loop& loop, const Plan& plan, const net::ServerPlace& server, Share share,
                     std::function<void()> finished)
    : loop_(loop),
      plan_(plan),
      server_(server),
      share_(share),
      finished_(std::move(finished)),
      end_(share.start + plan.duration),
      texts_(plan),
      manner_{.to_head = plan.method == "HEAD", .repeatable = is_repeatable(plan.method)},
      engine_(plan.seed * 1000 + share.process),
      most_slots_(share_of(plan.open() ? plan.connections : plan.clients, share.process, share.processes)),
      tallies_(std::max<std::size_t>(1, plan.phases.size())),
      wake_(loop, [this] { pump(); }),
      sweep_(loop) {}

Generator::~Generator() = default;

void Generator::start() {
    const net::HttpChannel::Rules rules{.keep = !plan_.close,
                                        .headers = false,
                                        .body_bytes = plan_.xy > 0 ? std::size_t(64) << 20 : std::size_t(4) << 10};
    constexpr Duration finest = std::chrono::milliseconds(1), coarsest = std::chrono::milliseconds(100);
    sweep_.repeat(std::clamp(plan_.timeout / 50, finest, coarsest), [this] { expire(); });
    begun_ = true;
    for (std::size_t i = 0; i < most_slots_; ++i) {
        slots_.push_back(std::make_unique<Slot>(*this, rules));
        if (plan_.open()) idle_.push_back(slots_.back().get());
    }
    if (plan_.open()) {
        std::reverse(idle_.begin(), idle_.end());
        arrivals_.emplace(Arrivals::Rules{.phases = plan_.phases,
                                          .whole = plan_.duration,
                                          .constant = plan_.constant,
                                          .process = share_.process,
                                          .processes = share_.processes,
                                          .seed = engine_()});
        if (const auto first = arrivals_->next()) arrival_ = share_.start + *first;
    } else {
        left_.assign(most_slots_, plan_.requests > 0 ? plan_.requests : ~std::uint64_t(0));
        for (std::size_t i = 0; i < most_slots_; ++i)
            later_.push(new_job(share_.start, i, 0));
    }
    arm();
}

void Generator::stop() {
    stopped_ = true;
    for (auto& slot : slots_)
        slot->channel.close();
    in_flight_ = 0;
    waiting_.clear();
    later_ = {};
    arrival_.reset();
    wake_.cancel();
    end_if_done();
}

std::vector<Tally> Generator::take() {
    return std::exchange(tallies_, std::vector<Tally>(tallies_.size()));
}

Generator::Job Generator::new_job(Instant due, std::size_t client, std::size_t phase) {
    Job job{.due = due, .first = due, .client = client, .phase = phase, .size = {}};
    if (plan_.xy > 0) {
        std::uniform_int_distribution<unsigned> side(1, plan_.xy);
        job.size = {side(engine_), side(engine_)};
    }
    return job;
}

Duration Generator::varied(Duration pause) {
    std::uniform_real_distribution<double> factor(0.75, 1.25);
    return std::chrono::duration_cast<Duration>(pause * factor(engine_));
}

void Generator::pump() {
    const auto now = now_of();
    while (arrival_ && *arrival_ <= now) {
        auto job = new_job(*arrival_, 0, arrivals_->phase());
        const auto next = arrivals_->next();
        arrival_ = next ? std::optional(share_.start + *next) : std::nullopt;
        ++tallies_[job.phase].offered;
        submit(job, now);
    }
    while (!later_.empty() && later_.top().due <= now) {
        const auto job = later_.top();
        later_.pop();
        if (over(now)) continue;
        if (job.tries == 0) ++tallies_[job.phase].offered;
        submit(job, now);
    }
    arm();
    end_if_done();
}

void Generator::submit(Job job, Instant now) {
    if (!plan_.open()) return send(*slots_[job.client], job, now);
    if (idle_.empty() && waiting_.size() >= most_waiting) return record(job, Kind::not_sent, now);
    if (idle_.empty()) return waiting_.push_back(job);
    auto* const slot = idle_.back(); // the one used last: connections are not kept warm for their own sake
    idle_.pop_back();
    send(*slot, job, now);
}

void Generator::send(Slot& slot, Job job, Instant now) {
    auto& tally = tallies_[job.phase];
    ++tally.sent;
    if (job.tries > 0) ++tally.retries;
    tally.lag.add(now - job.due);
    ++in_flight_;
    slot.job = job;
    slot.channel.ask(texts_.text(job.size), manner_);
}

void Generator::answered(Slot& slot, Result<void> result) {
    const auto kind = judge(slot, result);
    const auto now = now_of();
    settle(slot, kind, now);
    if (arrival_ && *arrival_ <= now) pump(); // a batch of answers does not hold up what is due
}

Kind Generator::judge(Slot& slot, const Result<void>& result) {
    const auto note = [this](Kind kind, std::string text) {
        auto& words = words_[static_cast<std::size_t>(kind)];
        if (words.empty()) words = std::move(text);
        return kind;
    };
    if (!result) return note(kind_of_fault(result.error().fault), result.error().detail);
    const auto& response = slot.channel.response();
    auto& tally = tallies_[slot.job.phase];
    ++tally.statuses[response.status];
    tally.bytes += slot.channel.body_size();
    auto kind = kind_of_status(response.status, response.body);
    if (kind == Kind::other_status && !plan_.expected.empty() && plan_.expects(response.status)) kind = Kind::success;
    if (kind == Kind::success && !plan_.expects(response.status)) kind = Kind::other_status;
    if (kind != Kind::success || plan_.xy == 0) return kind;
    const auto size = table_size(response.body);
    if (!size) return note(Kind::invalid, size.error().detail);
    if (*size == slot.job.size) return kind;
    return note(Kind::invalid, fmt::format("asked for {} columns in {} rows, got {} in {}", slot.job.size.x,
                                           slot.job.size.y, size->x, size->y));
}

void Generator::settle(Slot& slot, Kind kind, Instant now) {
    const Job job = slot.job;
    --in_flight_;
    tallies_[job.phase].connections +=
        slot.channel.connections() - std::exchange(slot.connections, slot.channel.connections());
    record(job, kind, now);
    follow(slot, job, kind, now);
    end_if_done();
}

void Generator::record(const Job& job, Kind kind, Instant now) {
    auto& tally = tallies_[job.phase];
    const auto place = static_cast<std::size_t>(kind);
    ++tally.counts[place];
    if (!is_answer(kind)) return;
    const bool success = kind == Kind::success;
    const auto time = now - (success ? job.first : job.due);
    const bool good = success && time <= plan_.within;
    tally.times[place].add(time);
    tally.good += good;
    if (over(now)) return;
    ++tally.in_window;
    tally.success_in_window += success;
    tally.good_in_window += good;
}

void Generator::follow(Slot& slot, const Job& job, Kind kind, Instant now) {
    const bool again = job.tries < plan_.retries && is_temporary(kind) && !over(now) && later_.size() < most_waiting;
    if (again) {
        Job another = job;
        ++another.tries;
        another.due = now + varied(plan_.retry_pause);
        later_.push(another);
        arm();
    }
    if (!plan_.open()) {
        if (!again) next_of_client(job.client, kind, now);
        return;
    }
    while (!waiting_.empty()) {
        const Job next = waiting_.front();
        waiting_.pop_front();
        if (now - next.due < plan_.timeout) return send(slot, next, now);
        record(next, Kind::not_sent, now);
    }
    idle_.push_back(&slot);
}

void Generator::next_of_client(std::size_t client, Kind kind, Instant now) {
    if (--left_[client] == 0 || over(now) || stopped_) return;
    auto pause = plan_.slow_down > Duration() ? varied(plan_.slow_down) : Duration();
    if (!is_answer(kind) && kind != Kind::timeout) pause = std::max(pause, varied(least_pause));
    const auto job = new_job(now + pause, client, 0);
    if (pause > Duration()) {
        later_.push(job);
        return arm();
    }
    ++tallies_[0].offered;
    send(*slots_[client], job, now);
}

void Generator::expire() {
    const auto now = now_of();
    while (!waiting_.empty() && now - waiting_.front().due >= plan_.timeout) {
        record(waiting_.front(), Kind::not_sent, now);
        waiting_.pop_front();
    }
    for (auto& slot : slots_) {
        if (!slot->channel.asking() || now - slot->job.due < plan_.timeout) continue;
        slot->channel.close();
        settle(*slot, Kind::timeout, now);
    }
    if (over(now)) later_ = {};
    end_if_done();
}

void Generator::arm() {
    auto next = arrival_;
    if (!later_.empty() && (!next || later_.top().due < *next)) next = later_.top().due;
    if (next)
        wake_.set(*next);
    else
        wake_.cancel();
}

void Generator::end_if_done() {
    if (!begun_ || in_flight_ > 0 || arrival_ || !waiting_.empty() || !later_.empty()) return;
    if (auto told = std::exchange(finished_, nullptr)) {
        sweep_.cancel();
        told();
    }
}

} // namespace layer_cake::cli::load
