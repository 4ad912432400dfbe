#include <algorithm>
#include <cmath>
#include <layer_cake/pool/service_time.hpp>

namespace layer_cake::pool {

void ServiceTime::add(Duration span, Instant now, Duration half_life) {
    if (weight_ > 0)
        weight_ *= std::exp2(-static_cast<double>((now - last_).count()) / static_cast<double>(half_life.count()));
    last_ = std::max(last_, now);
    half_life_ = half_life;
    weight_ += 1;
    // West's way to a weighted mean and variance, one sample at a time.
    const double away = static_cast<double>(span.count()) - mean_;
    const double share = 1 / weight_;
    mean_ += share * away;
    variance_ = (1 - share) * (variance_ + share * away * away);
}

Duration ServiceTime::spread() const {
    return Duration(static_cast<Duration::rep>(std::sqrt(std::max(0.0, variance_))));
}

} // namespace layer_cake::pool
