#include <cli/load/figures.hpp>
#include <cli/load/live_line.hpp>
#include <cli/progress.hpp>
#include <fmt/format.h>
#include <layer_cake/core/time_text.hpp>
#include <ostream>

namespace layer_cake::cli::load {

std::string live_text(const Plan& plan, const Standing& standing) {
    const auto& all = standing.whole;
    std::string text = format_elapsed(std::max(standing.elapsed, Duration()));
    if (plan.duration > Duration()) text += " of " + format_span(plan.duration);
    const double span = seconds_of(standing.recent_span);
    const auto answers = static_cast<double>(standing.recent.answers());
    text += fmt::format("  {}  {} in flight", rate_text(span > 0 ? answers / span : 0), grouped(standing.in_flight));
    if (standing.waiting > 0) text += fmt::format("  {} waiting", grouped(standing.waiting));
    text += "  success " + grouped(all.count(Kind::success));
    if (const auto refused = all.refusals()) text += "  refused " + grouped(refused);
    const auto failed = all.outcomes() - all.count(Kind::success) - all.refusals();
    if (failed > 0) text += "  failed " + grouped(failed);
    const auto& times = standing.recent.time(Kind::success);
    if (!times.empty())
        text += fmt::format("  p50 {}  p99 {}", time_text(times.percentile(0.5)), time_text(times.percentile(0.99)));
    return text;
}

LiveLine::LiveLine(std::ostream& err, bool terminal) : err_(err) {
    const auto rules = progress_rules(false);
    if (terminal && rules.live) columns_ = rules.columns;
}

void LiveLine::show(const Plan& plan, const Standing& standing) {
    if (!live()) return;
    auto text = live_text(plan, standing);
    if (text.size() > columns_) text.resize(columns_); // plain ASCII
    err_ << "\r\x1b[K" << text << std::flush;
    shown_ = true;
}

void LiveLine::finish() {
    if (shown_) err_ << "\r\x1b[K" << std::flush;
    shown_ = false;
}

} // namespace layer_cake::cli::load
