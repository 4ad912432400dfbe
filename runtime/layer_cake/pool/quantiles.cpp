#include <algorithm>
#include <bit>
#include <cmath>
#include <layer_cake/pool/quantiles.hpp>
#include <numeric>

namespace layer_cake::pool {

void Quantiles::add(Duration span) {
    const auto microseconds = static_cast<std::uint64_t>(std::max<Duration::rep>(1, span.count() / 1000));
    const auto doubling = static_cast<unsigned>(std::bit_width(microseconds) - 1);
    const auto step = static_cast<unsigned>((microseconds * steps >> doubling) - steps);
    ++counts_[std::min<std::size_t>(doubling * steps + step, counts_.size() - 1)];
    if (++total_ < 2 * remembered) return;
    for (auto& count : counts_)
        count /= 2;
    total_ = std::accumulate(counts_.begin(), counts_.end(), 0u);
}

Duration Quantiles::at(double share) const {
    if (total_ == 0) return {};
    const auto rank = std::max(1.0, std::ceil(share * total_));
    std::uint32_t below = 0;
    std::size_t place = 0;
    while (place + 1 < counts_.size() && below + counts_[place] < rank)
        below += counts_[place++];
    const auto doubling = std::uint64_t{1} << place / steps;
    return std::chrono::microseconds(doubling + doubling * (2 * (place % steps) + 1) / (2 * steps));
}

} // namespace layer_cake::pool
