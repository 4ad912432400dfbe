#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <fmt/format.h>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/log_select.hpp>

namespace layer_cake::home {
namespace {

enum class Unit { month, week, day, hour, minute };

struct UnitRow {
    const char* name;
    Unit unit;
    int minutes; ///< of Unit::minute
};

constexpr std::array<UnitRow, 9> units{{{"MONTH", Unit::month, 0},
                                        {"WEEK", Unit::week, 0},
                                        {"DAY", Unit::day, 0},
                                        {"HOUR", Unit::hour, 0},
                                        {"MINUTE", Unit::minute, 1},
                                        {"HALF", Unit::minute, 30},
                                        {"QUARTER", Unit::minute, 15},
                                        {"TEN", Unit::minute, 10},
                                        {"FIVE", Unit::minute, 5}}};

Result<WallTime> start_of_unit(std::string_view word, WallTime now, bool local) {
    std::string upper(word);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
    const auto row = std::find_if(units.begin(), units.end(), [&](const auto& one) { return upper == one.name; });
    if (row == units.end())
        return fail(
            Fault::invalid,
            fmt::format("--last: \"{}\" is none of MONTH, WEEK, DAY, HOUR, MINUTE, HALF, QUARTER, TEN, FIVE", word));
    const auto seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(now));
    std::tm parts{};
    if (local)
        ::localtime_r(&seconds, &parts);
    else
        ::gmtime_r(&seconds, &parts);
    parts.tm_sec = 0;
    if (row->unit == Unit::minute)
        parts.tm_min -= parts.tm_min % row->minutes;
    else
        parts.tm_min = 0;
    if (row->unit < Unit::hour) {
        parts.tm_hour = 0;
        parts.tm_isdst = -1; // the day may have begun in the other half of the year
    }
    if (row->unit == Unit::month) parts.tm_mday = 1;
    if (row->unit == Unit::week) parts.tm_mday -= (parts.tm_wday + 6) % 7; // Monday
    return WallTime(std::chrono::seconds(local ? ::mktime(&parts) : ::timegm(&parts)));
}

Error too_few(std::string_view option, std::int64_t number) {
    return {Fault::invalid, fmt::format("{}: {} is less than 1", option, number)};
}

Result<void> begin(const LogSelectors& asked, WallTime now, const std::vector<Life>& lives, int rows,
                   LogSelection& selection) {
    const int begins = asked.tail.has_value() + asked.from.has_value() + asked.last.has_value() +
                       asked.start.has_value() + asked.back.has_value();
    if (begins > 1) return fail(Fault::invalid, "give one of --tail, --from, --last, --start and --back");
    if (asked.tail && *asked.tail < 1) return fail(too_few("--tail", *asked.tail));
    if (asked.tail) {
        selection.tail = static_cast<std::size_t>(*asked.tail);
    } else if (asked.from) {
        auto time = parse_time(*asked.from, asked.clock);
        if (!time) return fail(std::move(time).error());
        selection.from = *time;
    } else if (asked.last) {
        auto time = start_of_unit(*asked.last, now, asked.clock);
        if (!time) return fail(std::move(time).error());
        selection.from = *time;
    } else if (asked.start) {
        const auto count = static_cast<std::int64_t>(lives.size());
        if (count == 0) return fail(Fault::invalid, "it was never started");
        if (*asked.start >= count || *asked.start < -count)
            return fail(Fault::invalid,
                        fmt::format("start {} is out of bounds ({} in the history)", *asked.start, count));
        const auto at = static_cast<std::size_t>(*asked.start < 0 ? *asked.start + count : *asked.start);
        selection.from = lives[at].started;
        if (at + 1 < lives.size()) selection.to = lives[at + 1].started;
    } else if (asked.back) {
        selection.from = now - *asked.back;
    } else {
        selection.tail = static_cast<std::size_t>(rows == 0 ? 20 : std::max(rows - 2, 1));
    }
    return ok();
}

} // namespace

Result<LogSelection> select_log(const LogSelectors& asked, WallTime now, const std::vector<Life>& lives,
                                int terminal_rows) {
    LogSelection selection;
    if (auto done = begin(asked, now, lives, terminal_rows, selection); !done) return fail(std::move(done).error());
    if (asked.to.has_value() + asked.span.has_value() + asked.count.has_value() > 1)
        return fail(Fault::invalid, "give one of --to, --span and --count");
    auto end = selection.to; // of a `start`: the next one, or what comes earlier
    if (asked.to) {
        auto time = parse_time(*asked.to, asked.clock);
        if (!time) return fail(std::move(time).error());
        end = *time;
    } else if (asked.span) {
        if (!selection.from) return fail(Fault::invalid, "--span needs a beginning: --from, --last, --start or --back");
        end = *selection.from + *asked.span;
    } else if (asked.count) {
        if (*asked.count < 1) return fail(too_few("--count", *asked.count));
        selection.count = static_cast<std::size_t>(*asked.count);
    }
    if (end && selection.from && *end < *selection.from) return fail(Fault::invalid, "its end is before its beginning");
    if (selection.to && end) end = std::min(*end, *selection.to);
    selection.to = end;
    return selection;
}

} // namespace layer_cake::home
