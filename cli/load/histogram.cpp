#include <algorithm>
#include <bit>
#include <cli/load/histogram.hpp>
#include <cmath>

namespace layer_cake::cli::load {
namespace {

constexpr unsigned bits = 7; ///< of a time that are kept
constexpr std::uint64_t width = std::uint64_t(1) << bits;
constexpr std::uint64_t longest = (std::uint64_t(1) << 42) - 1;

std::int64_t whole(const codec::Value* value) {
    return value ? value->integer().value_or(0) : 0;
}

} // namespace

std::size_t Histogram::bucket_of(std::uint64_t time) {
    if (time < width) return static_cast<std::size_t>(time);
    const unsigned shift = static_cast<unsigned>(std::bit_width(time)) - bits - 1;
    return static_cast<std::size_t>(shift * width + (time >> shift));
}

std::uint64_t Histogram::middle_of(std::size_t bucket) {
    if (bucket < 2 * width) return bucket;
    const std::uint64_t shift = bucket / width - 1;
    return ((bucket - shift * width) << shift) + (std::uint64_t(1) << shift) / 2;
}

void Histogram::add(Duration time, std::uint64_t times) {
    if (times == 0) return;
    const auto at = std::max(time, Duration());
    const auto bucket = bucket_of(std::min(static_cast<std::uint64_t>(at.count()), longest));
    if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
    buckets_[bucket] += times;
    count_ += times;
    sum_ += static_cast<double>(at.count()) * static_cast<double>(times);
    least_ = std::min(least_, at);
    most_ = std::max(most_, at);
}

void Histogram::add(const Histogram& other) {
    if (other.buckets_.size() > buckets_.size()) buckets_.resize(other.buckets_.size());
    for (std::size_t i = 0; i < other.buckets_.size(); ++i)
        buckets_[i] += other.buckets_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    least_ = std::min(least_, other.least_);
    most_ = std::max(most_, other.most_);
}

Duration Histogram::mean() const {
    if (empty()) return {};
    return Duration(static_cast<Duration::rep>(std::llround(sum_ / static_cast<double>(count_))));
}

Duration Histogram::percentile(double share) const {
    if (empty()) return {};
    const auto wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(count_));
    const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), 1, count_);
    if (rank == count_) return most_;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        below += buckets_[i];
        if (below >= rank) return std::clamp(Duration(static_cast<Duration::rep>(middle_of(i))), least_, most_);
    }
    return most_;
}

std::uint64_t Histogram::between(Duration from, Duration to) const {
    std::uint64_t found = 0;
    if (empty()) return found;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        const auto middle = std::clamp(Duration(static_cast<Duration::rep>(middle_of(i))), least_, most_);
        if (middle >= from && middle < to) found += buckets_[i];
    }
    return found;
}

codec::Value Histogram::to_value() const {
    codec::Object members;
    members.emplace_back("least", static_cast<std::int64_t>(least().count()));
    members.emplace_back("most", static_cast<std::int64_t>(most_.count()));
    members.emplace_back("sum", sum_);
    codec::Array filled;
    for (std::size_t i = 0; i < buckets_.size(); ++i)
        if (buckets_[i] > 0) filled.emplace_back(codec::Array{static_cast<std::int64_t>(i), buckets_[i]});
    members.emplace_back("buckets", std::move(filled));
    return members;
}

Histogram Histogram::from_value(const codec::Value& value) {
    Histogram read;
    const codec::Value* const buckets = value.find("buckets");
    if (!buckets || !buckets->array()) return read;
    for (const auto& pair : *buckets->array()) {
        const codec::Array* const both = pair.array();
        if (!both || both->size() != 2) continue;
        const auto bucket = static_cast<std::size_t>(std::max<std::int64_t>(0, whole(both->data())));
        const auto times = static_cast<std::uint64_t>(std::max<std::int64_t>(0, whole(both->data() + 1)));
        if (bucket > bucket_of(longest) || times == 0) continue;
        if (bucket >= read.buckets_.size()) read.buckets_.resize(bucket + 1);
        read.buckets_[bucket] += times;
        read.count_ += times;
    }
    if (read.empty()) return read;
    if (const auto* sum = value.find("sum")) read.sum_ = sum->real().value_or(0);
    read.least_ = Duration(whole(value.find("least")));
    read.most_ = Duration(whole(value.find("most")));
    return read;
}

} // namespace layer_cake::cli::load
