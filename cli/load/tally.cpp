#include <charconv>
#include <cli/load/tally.hpp>

namespace layer_cake::cli::load {
namespace {

/// The plain counts by their names on the pipe.
struct Count {
    std::string_view name;
    std::uint64_t Tally::*member;
};
constexpr Count plain_counts[] = {
    {"offered", &Tally::offered},
    {"sent", &Tally::sent},
    {"retries", &Tally::retries},
    {"good", &Tally::good},
    {"in_window", &Tally::in_window},
    {"success_in_window", &Tally::success_in_window},
    {"good_in_window", &Tally::good_in_window},
    {"bytes", &Tally::bytes},
    {"connections", &Tally::connections},
};

std::uint64_t whole(const codec::Value* value) {
    return value ? static_cast<std::uint64_t>(std::max<std::int64_t>(0, value->integer().value_or(0))) : 0;
}

} // namespace

std::uint64_t Tally::answers() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kinds; ++i)
        if (is_answer(static_cast<Kind>(i))) sum += counts[i];
    return sum;
}

std::uint64_t Tally::outcomes() const {
    std::uint64_t sum = 0;
    for (const auto count : counts)
        sum += count;
    return sum;
}

std::uint64_t Tally::refusals() const {
    return count(Kind::busy) + count(Kind::overloaded) + count(Kind::unavailable) + count(Kind::unnamed);
}

Histogram Tally::refusal_times() const {
    Histogram all = time(Kind::busy);
    all.add(time(Kind::overloaded));
    all.add(time(Kind::unavailable));
    all.add(time(Kind::unnamed));
    return all;
}

void Tally::add(const Tally& other) {
    for (const auto& one : plain_counts)
        this->*one.member += other.*one.member;
    for (std::size_t i = 0; i < kinds; ++i) {
        counts[i] += other.counts[i];
        times[i].add(other.times[i]);
    }
    for (const auto& [status, count] : other.statuses)
        statuses[status] += count;
    lag.add(other.lag);
}

codec::Value Tally::to_value() const {
    codec::Object members;
    for (const auto& one : plain_counts)
        if (this->*one.member > 0) members.emplace_back(std::string(one.name), this->*one.member);
    for (std::size_t i = 0; i < kinds; ++i) {
        if (counts[i] == 0) continue;
        const std::string name(name_of(static_cast<Kind>(i)).name);
        members.emplace_back("n_" + name, counts[i]);
        if (!times[i].empty()) members.emplace_back("t_" + name, times[i].to_value());
    }
    codec::Object codes;
    for (const auto& [status, count] : statuses)
        codes.emplace_back(std::to_string(status), count);
    members.emplace_back("statuses", std::move(codes));
    members.emplace_back("lag", lag.to_value());
    return members;
}

Tally Tally::from_value(const codec::Value& value) {
    Tally read;
    for (const auto& one : plain_counts)
        read.*one.member = whole(value.find(one.name));
    for (std::size_t i = 0; i < kinds; ++i) {
        const std::string name(name_of(static_cast<Kind>(i)).name);
        read.counts[i] = whole(value.find("n_" + name));
        if (const auto* times = value.find("t_" + name)) read.times[i] = Histogram::from_value(*times);
    }
    if (const auto* codes = value.find("statuses"); codes && codes->object())
        for (const auto& member : *codes->object()) {
            int status = 0;
            std::from_chars(member.name.data(), member.name.data() + member.name.size(), status);
            read.statuses[status] = whole(&member.value);
        }
    if (const auto* lag = value.find("lag")) read.lag = Histogram::from_value(*lag);
    return read;
}

} // namespace layer_cake::cli::load
