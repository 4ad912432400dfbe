#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/directory/name_addresses.hpp>
#include <layer_cake/pool/settings.hpp>

LAYER_CAKE_POOL_SETTINGS(LAYER_CAKE_MADE_HERE)

namespace layer_cake::pool {
namespace {

constexpr std::int64_t most_workers = 1024;
constexpr std::int64_t most_waiting = 1'000'000;

std::string text(std::optional<Duration> time) {
    return time ? fmt::format("{:.1f}", std::chrono::duration<double>(*time).count()) : "None";
}

} // namespace

std::optional<type::Faulted> unexpected(const PoolSettings& settings) {
    const auto& size = settings.size_of_queue;
    const bool fine = settings.count >= 1 && settings.count <= most_workers &&
                      (!size || (*size >= 1 && *size <= most_waiting)) &&
                      (!settings.responsiveness || *settings.responsiveness >= std::chrono::milliseconds(1)) &&
                      (!settings.stand_down || *settings.stand_down >= Duration::zero()) &&
                      settings.busy_pass_rate >= 1 && settings.busy_pass_rate <= most_waiting;
    if (fine) return std::nullopt;
    return type::Faulted{"unexpected parameters",
                         fmt::format("count={}, size={}, responsiveness={}, busy_pass_rate={}, stand_down={}",
                                     settings.count, size ? std::to_string(*size) : "None",
                                     text(settings.responsiveness), settings.busy_pass_rate, text(settings.stand_down)),
                         {},
                         {}};
}

std::string worker_search(std::string_view object) {
    return directory::exact_search(object) + "(:.*)?";
}

Admission::Rules rules(const PoolSettings& settings) {
    Admission::Rules rules;
    if (settings.size_of_queue) rules.size_of_queue = static_cast<std::size_t>(*settings.size_of_queue);
    rules.responsiveness = settings.responsiveness;
    rules.busy_pass_rate = static_cast<unsigned>(settings.busy_pass_rate);
    rules.stand_down = settings.stand_down;
    return rules;
}

} // namespace layer_cake::pool
