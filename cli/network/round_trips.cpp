#include <algorithm>
#include <cli/network/round_trips.hpp>
#include <cmath>
#include <fmt/format.h>

namespace layer_cake::cli::network {
namespace {

double seconds(Duration time) {
    return std::chrono::duration<double>(time).count();
}
Duration of_seconds(double time) {
    return std::chrono::round<Duration>(std::chrono::duration<double>(time));
}
/// To the microsecond.
codec::Value rounded(Duration time) {
    return std::round(seconds(time) * 1e6) / 1e6;
}

} // namespace

std::size_t RoundTrips::answered() const {
    return static_cast<std::size_t>(
        std::count_if(times_.begin(), times_.end(), [](const auto& time) { return time.has_value(); }));
}

double RoundTrips::loss() const {
    return times_.empty() ? 0 : static_cast<double>(sent() - answered()) / static_cast<double>(sent());
}

std::optional<RoundTrips::Figures> RoundTrips::figures() const {
    std::vector<double> known;
    double sum = 0, squares = 0;
    for (const auto& time : times_)
        if (time) known.push_back(seconds(*time));
    if (known.empty()) return std::nullopt;
    for (const double time : known)
        sum += time;
    const auto count = static_cast<double>(known.size());
    const double mean = sum / count;
    for (const double time : known)
        squares += (time - mean) * (time - mean);
    const auto [least, most] = std::minmax_element(known.begin(), known.end());
    return Figures{of_seconds(*least), of_seconds(mean), of_seconds(*most), of_seconds(std::sqrt(squares / count))};
}

std::string RoundTrips::line() const {
    const auto& last = times_.back();
    return fmt::format("[{}] ... {}", sent() - 1, last ? fmt::format("{:.6f}s", seconds(*last)) : "(timed out)");
}

std::string RoundTrips::summary() const {
    auto text = fmt::format("{} sent, {} answered, {:.0f}% lost\n", sent(), answered(), loss() * 100);
    if (const auto found = figures())
        text += fmt::format("min/avg/max/deviation {:.6f}/{:.6f}/{:.6f}/{:.6f}s\n", seconds(found->least),
                            seconds(found->mean), seconds(found->most), seconds(found->deviation));
    return text;
}

codec::Value RoundTrips::to_json() const {
    codec::Array times;
    for (const auto& time : times_)
        times.push_back(time ? rounded(*time) : codec::Value());
    codec::Value made = codec::Object{{"sent", static_cast<std::uint64_t>(sent())},
                                      {"answered", static_cast<std::uint64_t>(answered())},
                                      {"loss", loss()},
                                      {"seconds", std::move(times)}};
    const auto found = figures();
    made.set("min", found ? rounded(found->least) : codec::Value());
    made.set("avg", found ? rounded(found->mean) : codec::Value());
    made.set("max", found ? rounded(found->most) : codec::Value());
    made.set("deviation", found ? rounded(found->deviation) : codec::Value());
    return made;
}

} // namespace layer_cake::cli::network
