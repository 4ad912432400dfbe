#include <cli/load/figures.hpp>
#include <cmath>
#include <fmt/format.h>

namespace layer_cake::cli::load {
namespace {

/// Three digits that count: 1.23, 12.3, 123.
std::string three_digits(double number) {
    const int decimals = number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f}", number, decimals);
}

} // namespace

std::string grouped(std::uint64_t number) {
    auto text = std::to_string(number);
    for (auto place = static_cast<std::ptrdiff_t>(text.size()) - 3; place > 0; place -= 3)
        text.insert(static_cast<std::size_t>(place), ",");
    return text;
}

std::string time_text(Duration time) {
    const auto count = static_cast<double>(time.count());
    if (count < 1e3) return fmt::format("{} ns", time.count());
    if (count < 999.5e3) return three_digits(count / 1e3) + " us";
    if (count < 999.5e6) return three_digits(count / 1e6) + " ms";
    return three_digits(count / 1e9) + " s";
}

std::string rate_text(double per_second) {
    if (per_second < 99.95) return three_digits(per_second) + "/s";
    return grouped(static_cast<std::uint64_t>(std::llround(per_second))) + "/s";
}

std::string share_text(double part, double all) {
    if (all <= 0) return {};
    const double share = 100 * part / all;
    if (part < all && share > 99.95) return "99.9 %"; // not all of it
    return fmt::format("{:.{}f} %", share, share < 0.095 && part > 0 ? 3 : 1);
}

} // namespace layer_cake::cli::load
