#include <cmath>
#include <layer_cake/net/keeper.hpp>

namespace layer_cake::net {
namespace {

Duration span_of(double seconds) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

} // namespace

double Keeper::new_period() {
    return 60.0 * (0.95 + static_cast<double>(random_.up_to(9)) / 100);
}

std::optional<Duration> Keeper::heard(double seconds) {
    constexpr double longest = 3600;
    if (!std::isfinite(seconds) || seconds <= 0 || seconds > longest) return std::nullopt;
    turn_ = Turn::ours;
    return span_of(seconds);
}

Keeper::Due Keeper::due() {
    const auto turn = std::exchange(turn_, Turn::nobody);
    if (turn == Turn::ours) return Due::say_still_there;
    return turn == Turn::theirs ? Due::gone : Due::nothing;
}

Duration Keeper::wait_for(double period, Duration margin) {
    turn_ = Turn::theirs;
    return span_of(period) + margin;
}

} // namespace layer_cake::net
