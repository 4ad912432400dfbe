#include <ctime>
#include <fmt/format.h>
#include <layer_cake/codec/moment_text.hpp>
#include <layer_cake/core/time_text.hpp>

namespace layer_cake::codec {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr std::int64_t million = 1'000'000;

/// `.25` for 250000 microseconds, empty for none.
std::string decimals(std::int64_t micros) {
    if (micros == 0) return {};
    auto text = fmt::format(".{:06}", micros);
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

/// The parts of a moment's text, and the way through it.
struct Parts {
    std::string_view rest;

    bool take(char c) {
        if (rest.empty() || rest[0] != c) return false;
        rest.remove_prefix(1);
        return true;
    }
    /// A number of 1 to `most` digits, or -1.
    std::int64_t number(std::size_t most) {
        std::size_t count = 0;
        std::int64_t value = 0;
        while (count < most && count < rest.size() && rest[count] >= '0' && rest[count] <= '9')
            value = value * 10 + (rest[count++] - '0');
        if (count == 0) return -1;
        rest.remove_prefix(count);
        return value;
    }
    /// Decimals as nanoseconds, or -1: one digit at least, `most` at most; those beyond nine are dropped.
    std::int64_t fraction(std::size_t most) {
        std::int64_t value = 0;
        std::size_t count = 0;
        for (; count < rest.size() && rest[count] >= '0' && rest[count] <= '9'; ++count)
            if (count < 9) value = value * 10 + (rest[count] - '0');
        if (count == 0 || count > most) return -1;
        for (auto digits = count; digits < 9; ++digits)
            value *= 10;
        rest.remove_prefix(count);
        return value;
    }
};

struct Calendar {
    std::int64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, nanos = 0;

    bool is_valid() const {
        const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)),
                                               std::chrono::month(static_cast<unsigned>(month)),
                                               std::chrono::day(static_cast<unsigned>(day)));
        return year >= 1 && month >= 1 && day >= 1 && date.ok() && hour < 24 && minute < 60 && second < 60;
    }
    /// Whole seconds since 1970, as if it were UTC.
    seconds since_1970() const {
        const std::chrono::sys_days date(std::chrono::year_month_day(std::chrono::year(static_cast<int>(year)),
                                                                     std::chrono::month(static_cast<unsigned>(month)),
                                                                     std::chrono::day(static_cast<unsigned>(day))));
        return date.time_since_epoch() + std::chrono::hours(hour) + std::chrono::minutes(minute) + seconds(second);
    }
};

bool take_date(Parts& parts, Calendar& at) {
    at.year = parts.number(4);
    if (at.year < 0 || !parts.take('-')) return false;
    at.month = parts.number(2);
    if (at.month < 0 || !parts.take('-')) return false;
    at.day = parts.number(2);
    return at.day >= 0;
}

/// The moment that many nanoseconds after 1970, when it can be told in 64 bits.
std::optional<WallTime> moment_at(seconds whole, std::int64_t nanos) {
    constexpr seconds farthest(9'223'372'035);
    if (whole > farthest || whole < -farthest) return {};
    return WallTime(Duration(whole) + Duration(nanos));
}

} // namespace

std::optional<std::string> clock_text(type::ClockTime clock) {
    const auto micros = std::chrono::round<microseconds>(clock.moment.time_since_epoch()).count();
    if (micros < 0) return {};
    const auto whole = static_cast<std::time_t>(micros / million);
    std::tm local{};
    if (!localtime_r(&whole, &local)) return {};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday,
                       local.tm_hour, local.tm_min, local.tm_sec, decimals(micros % million));
}

std::optional<type::ClockTime> parse_clock(std::string_view text) {
    Parts parts{text};
    Calendar at;
    if (!take_date(parts, at) || !(parts.take('T') || parts.take('t'))) return {};
    at.hour = parts.number(2);
    if (at.hour < 0 || !parts.take(':')) return {};
    at.minute = parts.number(2);
    if (at.minute < 0 || !parts.take(':')) return {};
    at.second = parts.number(2);
    if (at.second < 0) return {};
    if (parts.take('.')) at.nanos = parts.fraction(64);
    if (at.nanos < 0 || !parts.rest.empty() || !at.is_valid()) return {};
    std::tm local{};
    local.tm_year = static_cast<int>(at.year) - 1900;
    local.tm_mon = static_cast<int>(at.month) - 1;
    local.tm_mday = static_cast<int>(at.day);
    local.tm_hour = static_cast<int>(at.hour);
    local.tm_min = static_cast<int>(at.minute);
    local.tm_sec = static_cast<int>(at.second);
    local.tm_isdst = -1;
    const auto moment = moment_at(seconds(std::mktime(&local)), at.nanos);
    if (!moment) return {};
    return type::ClockTime{*moment};
}

std::string span_text(Duration span) {
    const auto micros = std::chrono::round<microseconds>(span).count();
    if (micros == 0) return "0s";
    std::string text = micros < 0 ? "-" : "";
    const auto size = micros < 0 ? -micros : micros;
    const auto whole = size / million;
    if (whole >= 86400) text += fmt::format("{}d", whole / 86400);
    if (const auto hours = whole / 3600 % 24) text += fmt::format("{}h", hours);
    if (const auto minutes = whole / 60 % 60) text += fmt::format("{}m", minutes);
    if (const auto rest = whole % 60; rest != 0 || size % million != 0)
        text += fmt::format("{}{}s", rest, decimals(size % million));
    return text;
}

std::optional<Duration> parse_span_text(std::string_view text) {
    const bool negative = text.starts_with('-');
    std::string digits(negative ? text.substr(1) : text);
    if (digits == "0") return {};
    if (digits.ends_with(".s")) digits.erase(digits.size() - 2, 1); // the predecessor writes `60.s` at times
    const auto span = parse_span(digits);
    if (!span) return {};
    return negative ? -*span : *span;
}

std::optional<std::string> world_text(WallTime moment) {
    const auto rounded = std::chrono::floor<microseconds>(moment);
    const auto whole = std::chrono::floor<seconds>(rounded);
    const auto day = std::chrono::floor<std::chrono::days>(whole);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(whole - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), decimals((rounded - whole).count()));
}

std::optional<WallTime> parse_world(std::string_view text) {
    Parts parts{text};
    Calendar at;
    if (!take_date(parts, at)) return {};
    std::int64_t offset = 0;
    if (parts.take('T')) {
        at.hour = parts.number(2);
        if (at.hour < 0) return {};
        if (parts.take(':')) {
            at.minute = parts.number(2);
            if (at.minute < 0) return {};
            if (parts.take(':')) {
                at.second = parts.number(2);
                if (at.second < 0) return {};
                if (parts.take('.')) at.nanos = parts.fraction(6);
                if (at.nanos < 0) return {};
            }
        }
        const bool west = parts.take('-');
        if (west || parts.take('+')) {
            const auto hours = parts.number(2);
            parts.take(':');
            const auto minutes = parts.number(2);
            if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return {};
            offset = (hours * 60 + minutes) * (west ? -60 : 60);
        }
    }
    if (!parts.rest.empty() || !at.is_valid()) return {};
    return moment_at(at.since_1970() - seconds(offset), at.nanos);
}

std::string delta_text(type::TimeDelta delta) {
    const auto micros = std::chrono::round<microseconds>(delta.length).count();
    const auto size = micros < 0 ? -micros : micros;
    const auto whole = size / million;
    std::string text = micros < 0 ? "-" : "";
    if (whole >= 86400) text += fmt::format("{}:", whole / 86400);
    text += fmt::format("{:02}:{:02}:", whole / 3600 % 24, whole / 60 % 60);
    if (size % million == 0)
        text += fmt::format("{:02}", whole % 60);
    else
        text += fmt::format("{}{}", whole % 60, decimals(size % million));
    return text;
}

std::optional<type::TimeDelta> parse_delta(std::string_view text) {
    Parts parts{text};
    const bool negative = parts.take('-');
    std::int64_t numbers[4] = {0, 0, 0, 0};
    int count = 0;
    do {
        numbers[count] = parts.number(count == 0 ? 9 : 2);
        ++count;
    } while (count < 4 && parts.take(':'));
    if (count < 3) return {};
    if (count == 3) { // no days
        for (int at = 3; at > 0; --at)
            numbers[at] = numbers[at - 1];
        if (numbers[1] > 99) return {};
        numbers[0] = 0;
    }
    for (const auto number : numbers)
        if (number < 0) return {};
    std::int64_t nanos = 0;
    if (parts.take('.')) nanos = parts.fraction(6);
    if (nanos < 0 || !parts.rest.empty() || numbers[0] > 100'000) return {};
    const auto whole = ((numbers[0] * 24 + numbers[1]) * 60 + numbers[2]) * 60 + numbers[3];
    const Duration length = Duration(seconds(whole)) + Duration(nanos);
    return type::TimeDelta{negative ? -length : length};
}

} // namespace layer_cake::codec
