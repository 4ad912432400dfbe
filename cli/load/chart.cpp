#include <algorithm>
#include <cli/load/chart.hpp>
#include <cli/load/figures.hpp>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <span>

namespace layer_cake::cli::load {
namespace {

constexpr std::size_t most_lines = 14;

// Hundredths of a decade's first number; each series is finer than the one before.
constexpr int one_a_decade[] = {100};
constexpr int two_a_decade[] = {100, 300};
constexpr int three_a_decade[] = {100, 200, 500};
constexpr int six_a_decade[] = {100, 150, 200, 300, 500, 700};
constexpr int twelve_a_decade[] = {100, 120, 150, 180, 220, 270, 330, 390, 470, 560, 680, 820};
constexpr std::span<const int> series[] = {one_a_decade, two_a_decade, three_a_decade, six_a_decade, twelve_a_decade};

/// Upper borders of `steps`, from the first above `least` to the first above `most`.
std::vector<Duration> borders(std::span<const int> steps, Duration least, Duration most) {
    std::vector<Duration> found;
    for (Duration::rep decade = 1; found.empty() || found.back() <= most; decade *= 10)
        for (const int step : steps) {
            const Duration border(decade * step / 100);
            if (border > least && (found.empty() || (border > found.back() && found.back() <= most)))
                found.push_back(border);
        }
    return found;
}

std::vector<Duration> linear_borders(Duration least, Duration most) {
    const auto range =
        std::max<Duration::rep>({1, (most - least).count(), least.count() / 8}); // no finer than a bucket
    const auto decade = static_cast<Duration::rep>(std::pow(10, std::floor(std::log10(static_cast<double>(range)))));
    Duration::rep step = std::max<Duration::rep>(1, decade / 10);
    for (const int factor : {2, 5, 10, 20})
        if (range / step + 2 > static_cast<Duration::rep>(most_lines))
            step = std::max<Duration::rep>(1, decade * factor / 10);
    std::vector<Duration> found;
    for (auto border = (least.count() / step + 1) * step; found.empty() || found.back() <= most; border += step)
        found.emplace_back(border);
    return found;
}

std::vector<Duration> fit(Duration least, Duration most) {
    if (most < least * 2) return linear_borders(least, most);
    for (std::size_t i = std::size(series); i-- > 1;) {
        auto found = borders(series[i], least, most);
        if (found.size() <= most_lines) return found;
    }
    return borders(series[0], least, most);
}

std::string bar(double columns, bool blocks) {
    static constexpr const char* eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    std::string text;
    if (!blocks) return std::string(static_cast<std::size_t>(std::ceil(columns)), '#');
    const auto whole = std::max<long>(1, std::lround(columns * 8)); // what is there is seen
    for (long i = 0; i < whole / 8; ++i)
        text += "█";
    return text + eighths[whole % 8];
}

} // namespace

std::vector<std::string> draw_chart(const Histogram& histogram, ChartRules rules) {
    std::vector<std::string> lines;
    if (histogram.empty()) return lines;
    const auto upper = fit(histogram.least(), histogram.most());
    std::vector<std::uint64_t> counts;
    Duration from{};
    for (const auto border : upper) {
        counts.push_back(histogram.between(from, border));
        from = border;
    }
    const auto highest = std::max<std::uint64_t>(1, *std::max_element(counts.begin(), counts.end()));
    std::size_t label = 0, digits = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        label = std::max(label, time_text(upper[i]).size());
        digits = std::max(digits, grouped(counts[i]).size());
    }
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double columns =
            static_cast<double>(counts[i]) / static_cast<double>(highest) * static_cast<double>(rules.width);
        lines.push_back(fmt::format("up to {:>{}}  {:>{}}  {}", time_text(upper[i]), label, grouped(counts[i]), digits,
                                    counts[i] == 0 ? "" : bar(columns, rules.blocks)));
    }
    return lines;
}

bool locale_has_blocks() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const char* const value = std::getenv(name);
        if (!value || !*value) continue;
        std::string text(value);
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
        return text.find("utf-8") != std::string::npos || text.find("utf8") != std::string::npos;
    }
    return false;
}

} // namespace layer_cake::cli::load
