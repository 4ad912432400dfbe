#include <cli/load/figures.hpp>
#include <cli/load/report.hpp>

namespace layer_cake::cli::load {
namespace {

using codec::Array;
using codec::Object;
using codec::Value;

Value seconds(Duration span) {
    return seconds_of(span);
}

Value times_json(const Histogram& times) {
    if (times.empty()) return nullptr;
    Object members;
    members.emplace_back("mean", seconds(times.mean()));
    members.emplace_back("min", seconds(times.least()));
    members.emplace_back("p50", seconds(times.percentile(0.5)));
    members.emplace_back("p90", seconds(times.percentile(0.9)));
    members.emplace_back("p99", seconds(times.percentile(0.99)));
    members.emplace_back("p99_9", seconds(times.percentile(0.999)));
    members.emplace_back("max", seconds(times.most()));
    return members;
}

Value counted(std::uint64_t count, double per_second) {
    return Object{{"count", count}, {"per_second", per_second}};
}

Object row_json(const Row& row) {
    Object members;
    members.emplace_back("offered", row.offered);
    members.emplace_back("sent", row.sent);
    members.emplace_back("success", row.successes);
    members.emplace_back("good", row.good);
    members.emplace_back("refused", row.refusals);
    members.emplace_back("expired", row.expired);
    members.emplace_back("failed", row.failures);
    members.emplace_back("p50", row.successes > 0 ? seconds(row.p50) : Value());
    members.emplace_back("p99", row.successes > 0 ? seconds(row.p99) : Value());
    return members;
}

Value phases_json(const Plan& plan, const Outcome& outcome) {
    Array list;
    for (std::size_t i = 0; i < plan.phases.size(); ++i) {
        const auto& phase = plan.phases[i];
        Object members{{"from", phase.from}, {"to", phase.to}, {"span", seconds(phase.span)}};
        for (auto& member : row_json(row_of(outcome.phases[i])))
            members.push_back(std::move(member));
        members.emplace_back("latency", times_json(outcome.phases[i].time(Kind::success)));
        members.emplace_back("refusal_latency", times_json(outcome.phases[i].refusal_times()));
        list.emplace_back(std::move(members));
    }
    return list;
}

Value kinds_json(const Outcome& outcome, const Tally& all) {
    Object kinds_of_answer;
    for (std::size_t i = 0; i < kinds; ++i) {
        const auto kind = static_cast<Kind>(i);
        Object members{{"count", all.counts[i]}};
        if (is_answer(kind)) members.emplace_back("latency", times_json(all.times[i]));
        if (!outcome.words[i].empty()) members.emplace_back("first", outcome.words[i]);
        kinds_of_answer.emplace_back(std::string(name_of(kind).name), std::move(members));
    }
    return kinds_of_answer;
}

Value plan_json(const Plan& plan) {
    Object members{{"loop", plan.open() ? "open" : "closed"}, {"method", plan.method}};
    if (plan.open()) {
        members.emplace_back("arrivals", plan.constant ? "constant" : "poisson");
        members.emplace_back("connections", static_cast<std::uint64_t>(plan.connections));
    } else {
        members.emplace_back("clients", static_cast<std::uint64_t>(plan.clients));
        members.emplace_back("requests", plan.requests > 0 ? Value(plan.requests) : Value());
        members.emplace_back("slow_down", seconds(plan.slow_down));
    }
    members.emplace_back("duration", plan.duration > Duration() ? seconds(plan.duration) : Value());
    members.emplace_back("timeout", seconds(plan.timeout));
    members.emplace_back("within", seconds(plan.within));
    members.emplace_back("retries", static_cast<std::uint64_t>(plan.retries));
    members.emplace_back("xy", plan.xy > 0 ? Value(static_cast<std::uint64_t>(plan.xy)) : Value());
    members.emplace_back("processes", static_cast<std::uint64_t>(plan.processes));
    members.emplace_back("seed", plan.seed);
    return members;
}

} // namespace

Value report_json(const Plan& plan, const Outcome& outcome) {
    const Tally all = outcome.whole();
    const double window = window_of(plan, outcome);
    const auto rate = [&](std::uint64_t count) { return window > 0 ? static_cast<double>(count) / window : 0.0; };
    Object members{{"url", plan.url}, {"plan", plan_json(plan)}};
    members.emplace_back("window", window);
    members.emplace_back("elapsed", seconds(outcome.elapsed));
    members.emplace_back("interrupted", outcome.interrupted != 0);
    members.emplace_back("offered", counted(all.offered, rate(all.offered)));
    members.emplace_back("sent", counted(all.sent, rate(all.sent)));
    members.emplace_back("retries", all.retries);
    members.emplace_back("answers", counted(all.answers(), rate(all.in_window)));
    members.emplace_back("success", counted(all.count(Kind::success), rate(all.success_in_window)));
    members.emplace_back("good", counted(all.good, rate(all.good_in_window)));
    members.emplace_back("latency", times_json(all.time(Kind::success)));
    members.emplace_back("refusal_latency", times_json(all.refusal_times()));
    members.emplace_back("kinds", kinds_json(outcome, all));
    Object statuses;
    for (const auto& [status, count] : all.statuses)
        statuses.emplace_back(std::to_string(status), count);
    members.emplace_back("statuses", std::move(statuses));
    members.emplace_back("body_bytes", all.bytes);
    members.emplace_back("connections", all.connections);
    members.emplace_back("generator", Object{{"processor_time", outcome.processor_time}, {"lag", times_json(all.lag)}});
    members.emplace_back("phases", phases_json(plan, outcome));
    Array rows;
    for (const auto& [number, row] : outcome.rows) {
        Object interval{{"at", seconds(plan.interval * static_cast<Duration::rep>(number))}};
        for (auto& member : row_json(row))
            interval.push_back(std::move(member));
        rows.emplace_back(std::move(interval));
    }
    members.emplace_back("intervals", std::move(rows));
    return members;
}

} // namespace layer_cake::cli::load
