#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/type/retry_after.hpp>
#include <string_view>

namespace layer_cake::type {
namespace {

constexpr std::string_view words = "retry after ";

} // namespace

std::string with_retry_after(std::string explanation, Duration time) {
    const auto tenth = std::chrono::milliseconds(100);
    const auto tenths = std::max<Duration::rep>(1, time / tenth + (time % tenth != Duration::zero()));
    return fmt::format("{}{}{}{}.{} s", explanation, explanation.empty() ? "" : ", ", words, tenths / 10, tenths % 10);
}

std::optional<Duration> retry_after(const Faulted& fault) {
    const std::string_view text = fault.explanation;
    const auto found = text.rfind(words);
    if (found == std::string_view::npos || !text.ends_with(" s")) return std::nullopt;
    const auto number = text.substr(found + words.size(), text.size() - found - words.size() - 2);
    const auto point = number.find('.');
    if (point == std::string_view::npos || point + 2 != number.size()) return std::nullopt;
    std::uint32_t seconds = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + point, seconds);
    const char tenth = number.back();
    if (error != std::errc{} || end != number.data() + point || tenth < '0' || tenth > '9') return std::nullopt;
    return std::chrono::seconds(seconds) + std::chrono::milliseconds(100) * (tenth - '0');
}

} // namespace layer_cake::type
