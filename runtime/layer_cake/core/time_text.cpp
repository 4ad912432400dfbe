#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>

namespace layer_cake {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

/// Takes fixed pieces from the front of a text.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool done() const { return rest_.empty(); }
    bool take(std::string_view any_of) {
        if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) return false;
        taken_ = rest_[0];
        rest_.remove_prefix(1);
        return true;
    }
    char taken() const { return taken_; }

    /// Exactly `count` digits with a value in lowest..highest.
    bool number(int count, int lowest, int highest, int& value) {
        if (rest_.size() < static_cast<std::size_t>(count)) return false;
        value = 0;
        for (int i = 0; i < count; ++i) {
            const char c = rest_[static_cast<std::size_t>(i)];
            if (c < '0' || c > '9') return false;
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(static_cast<std::size_t>(count));
        return value >= lowest && value <= highest;
    }

    /// Decimals as nanoseconds; more than nine are cut off.
    bool decimals(std::int64_t& nanoseconds) {
        std::int64_t place = 100'000'000;
        std::size_t size = 0;
        for (; size < rest_.size() && rest_[size] >= '0' && rest_[size] <= '9'; ++size, place /= 10)
            nanoseconds += (rest_[size] - '0') * place;
        rest_.remove_prefix(size);
        return size > 0;
    }

private:
    std::string_view rest_;
    char taken_ = 0;
};

struct Moment {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    std::int64_t nanoseconds = 0;
    bool zoned = false;
    int offset = 0; ///< minutes east of UTC
};

bool read_moment(Reader& in, Moment& out) {
    if (!in.number(4, 1678, 2261, out.year) || !in.take("-") || !in.number(2, 1, 12, out.month) || !in.take("-") ||
        !in.number(2, 1, 31, out.day))
        return false;
    if (in.done()) return true;
    if (!in.take("Tt ") || !in.number(2, 0, 23, out.hour) || !in.take(":") || !in.number(2, 0, 59, out.minute))
        return false;
    if (in.take(":") && !in.number(2, 0, 59, out.second)) return false;
    if (in.take(".") && !in.decimals(out.nanoseconds)) return false;
    if (in.take("Zz")) {
        out.zoned = true;
    } else if (in.take("+-")) {
        const int sign = in.taken() == '-' ? -1 : 1;
        int hour = 0;
        int minute = 0;
        if (!in.number(2, 0, 23, hour)) return false;
        in.take(":");
        if (!in.number(2, 0, 59, minute)) return false;
        out.zoned = true;
        out.offset = sign * (hour * 60 + minute);
    }
    return in.done();
}

std::int64_t local_seconds(const Moment& moment) {
    std::tm parts{};
    parts.tm_year = moment.year - 1900;
    parts.tm_mon = moment.month - 1;
    parts.tm_mday = moment.day;
    parts.tm_hour = moment.hour;
    parts.tm_min = moment.minute;
    parts.tm_sec = moment.second;
    parts.tm_isdst = -1;
    return static_cast<std::int64_t>(std::mktime(&parts));
}

void append_padded(std::string& out, std::int64_t value, int width) {
    char digits[20];
    for (int i = width; i-- > 0; value /= 10)
        digits[i] = static_cast<char>('0' + value % 10);
    out.append(digits, static_cast<std::size_t>(width));
}

/// `shifted` is the time as the wanted zone's clocks show it.
std::string text_of(std::int64_t shifted, std::int64_t nanoseconds, int digits, char between) {
    const std::chrono::sys_seconds time{seconds(shifted)};
    const auto day = floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const auto clock = (time - day).count();
    std::string out;
    out.reserve(32);
    append_padded(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_padded(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_padded(out, static_cast<unsigned>(date.day()), 2);
    out += between;
    append_padded(out, clock / 3600, 2);
    out += ':';
    append_padded(out, clock / 60 % 60, 2);
    out += ':';
    append_padded(out, clock % 60, 2);
    digits = std::clamp(digits, 0, 9);
    if (digits > 0) {
        out += '.';
        append_padded(out, nanoseconds, 9);
        out.resize(out.size() - static_cast<std::size_t>(9 - digits));
    }
    return out;
}

} // namespace

Result<WallTime> parse_time(std::string_view text, bool local) {
    const auto wrong = [&](std::string_view rule) {
        return fail(Fault::invalid, fmt::format("bad time \"{}\": {}", terminal_safe(text.substr(0, 64)), rule));
    };
    Moment moment;
    Reader in(text);
    if (text.size() > 64 || !read_moment(in, moment))
        return wrong("wanted 2026-11-23, 2026-11-23T00:44 or 2026-11-23T00:44:28.174, then Z, +01:00 or no zone");
    const std::chrono::year_month_day date(std::chrono::year(moment.year),
                                           std::chrono::month(static_cast<unsigned>(moment.month)),
                                           std::chrono::day(static_cast<unsigned>(moment.day)));
    if (!date.ok()) return wrong("the month has no such day");
    std::int64_t since = 0;
    if (local && !moment.zoned) {
        since = local_seconds(moment);
    } else {
        const auto day = std::chrono::sys_days(date).time_since_epoch().count();
        since = (day * 24 + moment.hour) * 3600 + (moment.minute - moment.offset) * 60 + moment.second;
    }
    return WallTime(seconds(since) + std::chrono::nanoseconds(moment.nanoseconds));
}

std::string format_time(WallTime time, int digits) {
    const auto whole = floor<seconds>(time);
    return text_of(whole.time_since_epoch().count(), (time - whole).count(), digits, 'T') + 'Z';
}

std::string format_local_time(WallTime time, int digits) {
    const auto whole = floor<seconds>(time);
    const std::time_t since = static_cast<std::time_t>(whole.time_since_epoch().count());
    std::tm parts{};
    ::localtime_r(&since, &parts);
    return text_of(static_cast<std::int64_t>(since) + parts.tm_gmtoff, (time - whole).count(), digits, 't');
}

} // namespace layer_cake
