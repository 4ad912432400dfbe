#include <charconv>
#include <cli/load/arrivals.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>

namespace layer_cake::cli::load {
namespace {

constexpr double highest = 1e7;
constexpr std::size_t most_phases = 1000;

Result<double> read_rate(std::string_view text) {
    auto number = text;
    double unit = 1;
    if (const auto slash = text.find('/'); slash != std::string_view::npos) {
        const auto per = text.substr(slash + 1);
        if (per == "m")
            unit = 60;
        else if (per == "h")
            unit = 3600;
        else if (per != "s")
            return fail(Fault::invalid, fmt::format("\"{}\" is no rate: /s, /m or /h may follow the number", text));
        number = text.substr(0, slash);
    }
    double rate = 0;
    const char* const end = number.data() + number.size();
    const auto read = std::from_chars(number.data(), end, rate, std::chars_format::fixed);
    if (number.empty() || read.ec != std::errc() || read.ptr != end || !(rate >= 0))
        return fail(Fault::invalid, fmt::format("\"{}\" is no rate: a number such as 200 or 1.5/s is wanted", text));
    rate /= unit;
    if (rate > highest) return fail(Fault::invalid, fmt::format("\"{}\" is above 10000000 a second", text));
    return rate;
}

Result<Phase> read_phase(std::string_view text) {
    Phase phase;
    auto rates = text;
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        const auto span = parse_span(text.substr(at + 1));
        if (!span) return fail(span.error());
        if (*span == Duration()) return fail(Fault::invalid, fmt::format("\"{}\" takes no time", text));
        phase.span = *span;
        rates = text.substr(0, at);
    }
    const auto dots = rates.find("..");
    const auto from = read_rate(rates.substr(0, dots));
    if (!from) return fail(from.error());
    phase.from = phase.to = *from;
    if (dots != std::string_view::npos) {
        const auto to = read_rate(rates.substr(dots + 2));
        if (!to) return fail(to.error());
        phase.to = *to;
    }
    return phase;
}

} // namespace

Result<std::vector<Phase>> parse_rates(std::string_view text, Duration whole) {
    std::vector<Phase> phases;
    double sum = 0;
    for (const auto& part : split(text, ',')) {
        const auto phase = read_phase(part);
        if (!phase) return fail(phase.error());
        phases.push_back(*phase);
        sum += phase->from + phase->to;
    }
    if (phases.size() > most_phases) return fail(Fault::invalid, fmt::format("more than {} phases", most_phases));
    if (sum <= 0) return fail(Fault::invalid, fmt::format("\"{}\" sends nothing", text));
    Duration following = whole;
    for (auto phase = phases.rbegin(); phase != phases.rend(); ++phase) {
        if (phase->span == Duration()) phase->span = following;
        following = phase->span;
    }
    return phases;
}

} // namespace layer_cake::cli::load
