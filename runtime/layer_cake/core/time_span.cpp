#include <fmt/format.h>
#include <iterator>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <limits>

namespace layer_cake {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t size; ///< nanoseconds
};

constexpr Unit units[] = {
    {"w", 604'800'000'000'000},
    {"d", 86'400'000'000'000},
    {"h", 3'600'000'000'000},
    {"m", 60'000'000'000},
    {"s", 1'000'000'000},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
};
constexpr auto most = std::numeric_limits<std::int64_t>::max();

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view take(std::string_view& text, bool (*wanted)(char)) {
    std::size_t size = 0;
    while (size < text.size() && wanted(text[size]))
        ++size;
    const auto taken = text.substr(0, size);
    text.remove_prefix(size);
    return taken;
}

/// `whole.fraction` of a unit in nanoseconds; -1 when it does not fit. What is below a nanosecond is cut off.
std::int64_t scaled(std::string_view whole, std::string_view fraction, std::int64_t unit) {
    using Wide = unsigned __int128;
    Wide total = 0;
    for (const char c : whole) {
        total = total * 10 + static_cast<unsigned>(c - '0');
        if (total > static_cast<Wide>(most)) return -1;
    }
    total *= static_cast<Wide>(unit);
    Wide part = 0;
    Wide base = 1;
    for (const char c : fraction.substr(0, 19)) {
        part = part * 10 + static_cast<unsigned>(c - '0');
        base *= 10;
    }
    total += part * static_cast<Wide>(unit) / base;
    return total > static_cast<Wide>(most) ? -1 : static_cast<std::int64_t>(total);
}

/// `n` of `unit` with as many decimals as it takes.
void append_decimal(std::string& out, std::int64_t n, std::int64_t unit, std::string_view name) {
    fmt::format_to(std::back_inserter(out), "{}", n / unit);
    if (std::int64_t rest = n % unit) {
        out += '.';
        for (std::int64_t place = unit / 10; rest != 0; place /= 10) {
            out += static_cast<char>('0' + rest / place);
            rest %= place;
        }
    }
    out += name;
}

} // namespace

Result<Duration> parse_span(std::string_view text) {
    const auto wrong = [&](std::string_view rule) {
        return fail(Fault::invalid, fmt::format("bad time span \"{}\": {}", terminal_safe(text.substr(0, 64)), rule));
    };
    if (text.empty()) return wrong("it is empty");
    if (text.size() > 64) return wrong("longer than 64 characters");
    if (text == "0") return Duration::zero();
    if (text[0] == '-') return wrong("it cannot be negative");

    std::int64_t total = 0;
    std::size_t next_unit = 0; // units before this one are used up
    auto rest = text;
    while (!rest.empty()) {
        const auto whole = take(rest, is_digit);
        std::string_view fraction;
        if (!rest.empty() && rest[0] == '.') {
            rest.remove_prefix(1);
            fraction = take(rest, is_digit);
            if (fraction.empty()) return wrong("a number goes on after the point");
        }
        if (whole.empty()) return wrong("wanted a number with a unit, as in 1m30s or 250ms");
        const auto name = take(rest, is_letter);
        if (name.empty()) return wrong("a number needs a unit: w, d, h, m, s, ms, us or ns");
        std::size_t at = 0;
        while (at < std::size(units) && units[at].name != name)
            ++at;
        if (at == std::size(units)) return wrong(fmt::format("no unit \"{}\"; units are w d h m s ms us ns", name));
        if (at < next_unit) return wrong("units go from large to small, each once");
        if (!fraction.empty() && !rest.empty()) return wrong("only the last number may have a fraction");
        const auto part = scaled(whole, fraction, units[at].size);
        if (part < 0 || part > most - total) return wrong("longer than 292 years");
        total += part;
        next_unit = at + 1;
    }
    return Duration(total);
}

std::string format_span(Duration span) {
    const std::int64_t n = span.count();
    if (n == 0) return "0s";
    if (n < 0) return n == std::numeric_limits<std::int64_t>::min() ? "-292y" : "-" + format_span(-span);
    std::string out;
    std::int64_t rest = n;
    for (const auto& unit : {units[1], units[2], units[3]}) {
        if (rest >= unit.size) fmt::format_to(std::back_inserter(out), "{}{}", rest / unit.size, unit.name);
        rest %= unit.size;
    }
    for (const auto& unit : {units[4], units[5], units[6], units[7]}) {
        if (rest < unit.size) continue;
        append_decimal(out, rest, unit.size, unit.name);
        break;
    }
    return out;
}

std::string format_elapsed(Duration span) {
    if (span < Duration::zero()) span = Duration::zero();
    const auto tenths = span.count() / 100'000'000;
    if (tenths < 600) return fmt::format("{}.{}s", tenths / 10, tenths % 10);
    if (tenths < 36'000) return fmt::format("{}m{}.{}s", tenths / 600, tenths % 600 / 10, tenths % 10);
    for (std::size_t at = 1; at < 3; ++at) {
        const auto& large = units[at];
        const auto& small = units[at + 1];
        if (span.count() < large.size) continue;
        const auto few = span.count() % large.size / small.size;
        auto out = fmt::format("{}{}", span.count() / large.size, large.name);
        if (few != 0) out += fmt::format("{}{}", few, small.name);
        return out;
    }
    return {};
}

} // namespace layer_cake
