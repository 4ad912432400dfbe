#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <layer_cake/pool/pool_status.hpp>
#include <tuple>

namespace layer_cake::pool {
namespace {

using codec::Object;
using codec::Value;

/// Each way in which a request can end, by its name in JSON and in metrics.
struct Count {
    const char* name;
    std::uint64_t Figures::*member;
};
constexpr Count results[] = {
    {"completed", &Figures::completed},     {"busy", &Figures::busy},
    {"busy_late", &Figures::busy_late},     {"overloaded", &Figures::overloaded},
    {"unavailable", &Figures::unavailable}, {"expired", &Figures::expired},
    {"timed_out", &Figures::timed_out},     {"lost", &Figures::lost},
    {"abandoned", &Figures::abandoned},
};
constexpr Count totals[] = {{"offered", &Figures::offered}, {"admitted", &Figures::admitted}};

struct Gauge {
    const char* name;
    std::size_t Figures::*member;
};
constexpr Gauge gauges[] = {{"queued", &Figures::queued}, {"in_flight", &Figures::in_flight}};
constexpr Gauge workers[] = {{"serving", &Figures::workers},
                             {"slow", &Figures::slow},
                             {"silent", &Figures::silent},
                             {"withdrawn", &Figures::withdrawn}};

struct Span {
    const char* name;
    Duration Figures::*member;
};
constexpr Span spans[] = {{"sojourn_p50", &Figures::sojourn_p50},
                          {"sojourn_p99", &Figures::sojourn_p99},
                          {"response_p50", &Figures::response_p50},
                          {"response_p99", &Figures::response_p99}};

double seconds(Duration span) {
    return std::chrono::duration<double>(span).count();
}
Value seconds_or_null(const std::optional<Duration>& span) {
    return span ? Value(seconds(*span)) : Value();
}
Duration span_of(double seconds) {
    return Duration(std::llround(seconds * 1e9));
}

template <class Number>
void read(const Value& object, std::string_view name, Number& to) {
    const auto* value = object.find(name);
    if (const auto number = value ? value->integer() : std::nullopt; number && *number >= 0)
        to = static_cast<Number>(*number);
}

std::string label(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

} // namespace

Value to_json(const PoolStatus& pool) {
    const auto& figures = pool.figures;
    Object all{{"name", pool.name}, {"role", pool.role}};
    for (const auto& count : totals)
        all.emplace_back(count.name, figures.*count.member);
    for (const auto& count : results)
        all.emplace_back(count.name, figures.*count.member);
    all.emplace_back("failed", pool.failed);
    for (const auto& gauge : gauges)
        all.emplace_back(gauge.name, std::uint64_t{figures.*gauge.member});
    all.emplace_back("size_of_queue", std::uint64_t{pool.size_of_queue});
    Object states;
    for (const auto& gauge : workers)
        states.emplace_back(gauge.name, std::uint64_t{figures.*gauge.member});
    states.emplace_back("replaced", figures.replaced);
    all.emplace_back("workers", std::move(states));
    all.emplace_back("responsiveness", seconds_or_null(figures.responsiveness));
    all.emplace_back("service_time", seconds_or_null(figures.service_time));
    for (const auto& span : spans)
        all.emplace_back(span.name, seconds(figures.*span.member));
    return all;
}

Result<PoolStatus> pool_status_from_json(const Value& value) {
    if (!value.object()) return fail(Fault::invalid, "a pool is not an object");
    PoolStatus pool;
    auto& figures = pool.figures;
    if (const auto* name = value.find("name"); name && name->string()) pool.name = *name->string();
    if (const auto* role = value.find("role"); role && role->string()) pool.role = *role->string();
    for (const auto& count : totals)
        read(value, count.name, figures.*count.member);
    for (const auto& count : results)
        read(value, count.name, figures.*count.member);
    read(value, "failed", pool.failed);
    for (const auto& gauge : gauges)
        read(value, gauge.name, figures.*gauge.member);
    read(value, "size_of_queue", pool.size_of_queue);
    if (const auto* states = value.find("workers")) {
        for (const auto& gauge : workers)
            read(*states, gauge.name, figures.*gauge.member);
        read(*states, "replaced", figures.replaced);
    }
    const auto time = [&](std::string_view name) {
        const auto* found = value.find(name);
        return found ? found->real() : std::nullopt;
    };
    if (const auto read = time("responsiveness")) figures.responsiveness = span_of(*read);
    if (const auto read = time("service_time")) figures.service_time = span_of(*read);
    for (const auto& span : spans)
        if (const auto read = time(span.name)) figures.*span.member = span_of(*read);
    return pool;
}

std::string pool_metrics(const std::vector<PoolStatus>& pools) {
    std::string out;
    if (pools.empty()) return out;
    const auto to = std::back_inserter(out);
    const auto head = [&](const char* name, const char* kind, const char* help) {
        fmt::format_to(to, "# HELP {0} {2}\n# TYPE {0} {1}\n", name, kind, help);
    };
    head("layer_cake_pool_offered_total", "counter", "Requests that came for the pool.");
    for (const auto& pool : pools)
        fmt::format_to(to, "layer_cake_pool_offered_total{{pool=\"{}\"}} {}\n", label(pool.name), pool.figures.offered);
    head("layer_cake_pool_admitted_total", "counter", "Requests that were given to a worker.");
    for (const auto& pool : pools)
        fmt::format_to(to, "layer_cake_pool_admitted_total{{pool=\"{}\"}} {}\n", label(pool.name),
                       pool.figures.admitted);
    head("layer_cake_pool_failed_total", "counter", "Completed requests whose worker gave no proper answer.");
    for (const auto& pool : pools)
        fmt::format_to(to, "layer_cake_pool_failed_total{{pool=\"{}\"}} {}\n", label(pool.name), pool.failed);
    head("layer_cake_pool_requests_total", "counter", "Requests by how they ended.");
    for (const auto& pool : pools)
        for (const auto& count : results)
            fmt::format_to(to, "layer_cake_pool_requests_total{{pool=\"{}\",result=\"{}\"}} {}\n", label(pool.name),
                           count.name, pool.figures.*count.member);
    for (const auto& gauge : gauges) {
        const auto name = fmt::format("layer_cake_pool_{}", gauge.name);
        head(name.c_str(), "gauge",
             gauge.member == &Figures::queued ? "Requests that wait." : "Requests with workers.");
        for (const auto& pool : pools)
            fmt::format_to(to, "{}{{pool=\"{}\"}} {}\n", name, label(pool.name), pool.figures.*gauge.member);
    }
    head("layer_cake_pool_workers", "gauge", "Workers by what they are doing.");
    for (const auto& pool : pools)
        for (const auto& gauge : workers)
            fmt::format_to(to, "layer_cake_pool_workers{{pool=\"{}\",state=\"{}\"}} {}\n", label(pool.name), gauge.name,
                           pool.figures.*gauge.member);
    head("layer_cake_pool_replaced_total", "counter", "Workers that were replaced for being silent.");
    for (const auto& pool : pools)
        fmt::format_to(to, "layer_cake_pool_replaced_total{{pool=\"{}\"}} {}\n", label(pool.name),
                       pool.figures.replaced);
    head("layer_cake_pool_service_seconds", "gauge", "Mean time that a request has kept a worker lately.");
    for (const auto& pool : pools)
        if (pool.figures.service_time)
            fmt::format_to(to, "layer_cake_pool_service_seconds{{pool=\"{}\"}} {}\n", label(pool.name),
                           seconds(*pool.figures.service_time));
    for (const auto& [name, help, half, tail] :
         {std::tuple("layer_cake_pool_sojourn_seconds", "Time in the queue.", &Figures::sojourn_p50,
                     &Figures::sojourn_p99),
          std::tuple("layer_cake_pool_response_seconds", "Time from arrival to answer.", &Figures::response_p50,
                     &Figures::response_p99)}) {
        head(name, "gauge", help);
        for (const auto& pool : pools) {
            fmt::format_to(to, "{}{{pool=\"{}\",quantile=\"0.5\"}} {}\n", name, label(pool.name),
                           seconds(pool.figures.*half));
            fmt::format_to(to, "{}{{pool=\"{}\",quantile=\"0.99\"}} {}\n", name, label(pool.name),
                           seconds(pool.figures.*tail));
        }
    }
    return out;
}

} // namespace layer_cake::pool
