#include <algorithm>
#include <cli/load/chart.hpp>
#include <cli/load/figures.hpp>
#include <cli/load/report.hpp>
#include <cli/table.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/net/http_text.hpp>
#include <ostream>

namespace layer_cake::cli::load {
namespace {

Cell number(std::string text) {
    return {std::move(text), Colour::none, true};
}

std::string plan_line(const Plan& plan) {
    std::string text;
    if (plan.open()) {
        text = fmt::format("open loop, {} arrivals, at most {} connections", plan.constant ? "constant" : "Poisson",
                           grouped(plan.connections));
    } else {
        text = fmt::format("closed loop, {} client{}", grouped(plan.clients), plan.clients == 1 ? "" : "s");
        if (plan.requests > 0)
            text += fmt::format(", {} {} each", grouped(plan.requests), plan.requests == 1 ? "request" : "requests");
        if (plan.slow_down > Duration()) text += ", pauses of " + format_span(plan.slow_down);
    }
    if (plan.duration > Duration()) text += ", " + format_span(plan.duration);
    if (plan.retries > 0) text += fmt::format(", {} retries", plan.retries);
    return text + fmt::format(", seed {}", plan.seed);
}

Colour colour_of(Kind kind) {
    if (kind == Kind::success) return Colour::green;
    const bool refusal = kind >= Kind::busy && kind <= Kind::unnamed;
    return refusal ? Colour::yellow : Colour::red;
}

void print_totals(std::ostream& out, const Plan& plan, const Outcome& outcome, const Tally& all) {
    const double window = window_of(plan, outcome);
    const auto rate = [&](std::uint64_t count) {
        return rate_text(window > 0 ? static_cast<double>(count) / window : 0);
    };
    out << "requests   " << grouped(all.offered) << " offered, " << rate(all.offered);
    if (all.retries > 0) out << ", and " << grouped(all.retries) << " retries";
    out << "\nanswers    " << grouped(all.answers()) << ", " << rate(all.in_window) << ", bodies of "
        << format_size(all.bytes) << "\ngood       " << grouped(all.good) << " within " << format_span(plan.within)
        << ", " << rate(all.good_in_window);
    const auto share = share_text(static_cast<double>(all.good), static_cast<double>(all.offered));
    if (!share.empty()) out << ", " << share << " of what was offered";
    out << "\ngenerator  " << plan.processes << (plan.processes == 1 ? " process, " : " processes, ")
        << fmt::format("{:.0f} % of a core, ", window > 0 ? 100 * outcome.processor_time / window : 0)
        << grouped(all.connections) << (all.connections == 1 ? " connection" : " connections");
    if (!all.lag.empty())
        out << ", sent " << time_text(all.lag.percentile(0.5)) << " (p99 " << time_text(all.lag.percentile(0.99))
            << ") after it was due";
    out << '\n';
}

void print_kinds(std::ostream& out, const Outcome& outcome, const Tally& all, bool colour) {
    const bool timed = all.answers() > 0;
    Table table(timed ? std::vector<std::string>{"", "COUNT", "SHARE", "P50", "P90", "P99", "P99.9", "MAX"}
                      : std::vector<std::string>{"", "COUNT", "SHARE"});
    for (std::size_t i = 0; i < kinds; ++i) {
        const auto kind = static_cast<Kind>(i);
        if (all.counts[i] == 0) continue;
        std::vector<Cell> row{
            {std::string(name_of(kind).text), colour_of(kind)},
            number(grouped(all.counts[i])),
            number(share_text(static_cast<double>(all.counts[i]), static_cast<double>(all.outcomes())))};
        for (const double share : {0.5, 0.9, 0.99, 0.999, 1.0})
            if (timed) row.push_back(number(all.times[i].empty() ? "" : time_text(all.times[i].percentile(share))));
        table.row(std::move(row));
    }
    if (table.empty()) return;
    out << '\n';
    table.print(out, colour);
    for (std::size_t i = 0; i < kinds; ++i)
        if (all.counts[i] > 0 && !outcome.words[i].empty())
            out << "  " << name_of(static_cast<Kind>(i)).text << ": " << terminal_safe(outcome.words[i]) << '\n';
}

void print_statuses(std::ostream& out, const Tally& all) {
    if (all.statuses.empty() || (all.statuses.size() == 1 && all.statuses.begin()->first == 200)) return;
    std::vector<std::string> parts;
    for (const auto& [status, count] : all.statuses)
        parts.push_back(fmt::format("{} {} {}", status, net::status_phrase(status), grouped(count)));
    out << "statuses: " << join(parts, ", ") << '\n';
}

std::string phase_text(const Phase& phase) {
    const auto number = [](double rate) { return fmt::format("{:.6g}", rate); };
    return (phase.from == phase.to ? number(phase.from) : number(phase.from) + ".." + number(phase.to)) + "/s for " +
           format_span(phase.span);
}

void print_phases(std::ostream& out, const Plan& plan, const Outcome& outcome, bool colour) {
    if (plan.phases.size() < 2) return;
    Table table({"PHASE", "OFFERED", "SUCCESS", "GOOD", "REFUSED", "FAILED", "P50", "P99"});
    for (std::size_t i = 0; i < plan.phases.size(); ++i) {
        const auto row = row_of(outcome.phases[i]);
        table.row({{phase_text(plan.phases[i])},
                   number(grouped(row.offered)),
                   number(grouped(row.successes)),
                   number(grouped(row.good)),
                   number(grouped(row.refusals)),
                   number(grouped(row.expired + row.failures)),
                   number(row.successes > 0 ? time_text(row.p50) : ""),
                   number(row.successes > 0 ? time_text(row.p99) : "")});
    }
    out << '\n';
    table.print(out, colour);
}

} // namespace

double window_of(const Plan& plan, const Outcome& outcome) {
    const bool whole = plan.duration > Duration() && outcome.interrupted == 0;
    return seconds_of(whole ? plan.duration : outcome.elapsed);
}

void print_report(std::ostream& out, const Plan& plan, const Outcome& outcome, ReportRules rules) {
    const Tally all = outcome.whole();
    out << terminal_safe(plan.url) << '\n' << plan_line(plan) << '\n';
    if (outcome.interrupted != 0) out << "interrupted after " << format_elapsed(outcome.elapsed) << '\n';
    out << '\n';
    print_totals(out, plan, outcome, all);
    print_kinds(out, outcome, all, rules.colour);
    print_statuses(out, all);
    print_phases(out, plan, outcome, rules.colour);
    const std::size_t beside = 32; // of a bar: its label and its count
    const auto lines = draw_chart(
        all.time(Kind::success),
        {.width = std::clamp<std::size_t>(rules.columns, beside + 10, beside + 50) - beside, .blocks = rules.blocks});
    if (!lines.empty()) out << "\ntimes of successes, mean " << time_text(all.time(Kind::success).mean()) << '\n';
    for (const auto& line : lines)
        out << "  " << line << '\n';
}

Result<void> verdict(const Plan& plan, const Outcome& outcome) {
    const Tally all = outcome.whole();
    if (outcome.lost > 0)
        return fail(Fault::failed, fmt::format("{} of {} processes ended unexpectedly: the figures are not whole",
                                               outcome.lost, plan.processes));
    if (all.answers() == 0 && all.outcomes() > 0) {
        const auto most = std::max_element(all.counts.begin(), all.counts.end()) - all.counts.begin();
        const auto& words = outcome.words[static_cast<std::size_t>(most)];
        return fail(Fault::failed, fmt::format("nothing has answered: {}",
                                               words.empty() ? name_of(static_cast<Kind>(most)).text : words));
    }
    if (const auto wrong = all.count(Kind::invalid))
        return fail(Fault::failed, fmt::format("{} answers were not the table asked for: {}", grouped(wrong),
                                               outcome.words[static_cast<std::size_t>(Kind::invalid)]));
    for (const auto& [status, count] : all.statuses)
        if (!plan.expects(status))
            return fail(Fault::failed, fmt::format("{} answers had the status {}, which --expect-status has not",
                                                   grouped(count), status));
    return layer_cake::ok();
}

} // namespace layer_cake::cli::load
