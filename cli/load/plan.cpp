#include <algorithm>
#include <charconv>
#include <cli/load/plan.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/random.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/net/http_text.hpp>

namespace layer_cake::cli::load {
namespace {

constexpr std::uint64_t most_connections = 100'000;
constexpr std::uint64_t most_processes = 64;
constexpr Duration longest = std::chrono::hours(24 * 30);

template <class Number>
Result<void> read_number(const Invocation& call, std::string_view name, Number& into, std::uint64_t least,
                         std::uint64_t most) {
    const auto text = call.value(name);
    if (!text) return layer_cake::ok();
    std::uint64_t number = 0;
    const char* const end = text->data() + text->size();
    const auto read = std::from_chars(text->data(), end, number);
    if (read.ec != std::errc() || read.ptr != end || number < least || number > most)
        return fail(Fault::invalid, fmt::format("--{}: \"{}\" is no number from {} to {}", name, *text, least, most));
    into = static_cast<Number>(number);
    return layer_cake::ok();
}

Result<void> read_time(const Invocation& call, std::string_view name, Duration& into, Duration least) {
    const auto span = span_option(call, name);
    if (!span) return fail(span.error());
    if (!*span) return layer_cake::ok();
    if (**span < least || **span > longest)
        return fail(Fault::invalid,
                    fmt::format("--{}: \"{}\" is not from {} to 30d", name, *call.value(name), format_span(least)));
    into = **span;
    return layer_cake::ok();
}

Result<void> read_request(const Invocation& call, Plan& plan) {
    if (const auto body = call.value("body")) {
        plan.body = *body;
        if (body->front() == '@') {
            auto content = read_file(body->substr(1));
            if (!content) return fail(Fault::invalid, "--body: " + content.error().detail);
            plan.body = std::move(*content);
        }
        plan.method = "POST";
    }
    if (const auto method = call.value("method")) {
        plan.method = *method;
        std::transform(plan.method.begin(), plan.method.end(), plan.method.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        if (!net::is_token(plan.method) || plan.method == "CONNECT")
            return fail(Fault::invalid, fmt::format("--method: \"{}\" is no method", *method));
    }
    if (const auto given = call.options.find("header"); given != call.options.end())
        for (const auto& line : given->second) {
            const auto colon = line.find(':');
            auto value = colon == std::string::npos ? std::string() : line.substr(colon + 1);
            value.erase(0, value.find_first_not_of(" \t"));
            if (colon == std::string::npos || !net::is_token(line.substr(0, colon)))
                return fail(Fault::invalid, fmt::format("--header: \"{}\" is not \"Name: value\"", line));
            plan.headers.emplace_back(line.substr(0, colon), std::move(value));
        }
    return layer_cake::ok();
}

Result<void> read_expected(const Invocation& call, Plan& plan) {
    const auto text = call.value("expect-status");
    if (!text) return layer_cake::ok();
    for (const auto& word : split(*text, ',')) {
        int status = 0;
        const auto read = std::from_chars(word.data(), word.data() + word.size(), status);
        if (read.ec != std::errc() || read.ptr != word.data() + word.size() || status < 100 || status > 999)
            return fail(Fault::invalid, fmt::format("--expect-status: \"{}\" is no status", word));
        plan.expected.push_back(status);
    }
    return layer_cake::ok();
}

/// Options of one kind of loop make no sense in the other.
Result<void> refuse_mixture(const Invocation& call, bool open) {
    for (const std::string_view name : {"clients", "requests", "slow-down"})
        if (open && call.has(name))
            return fail(Fault::invalid,
                        fmt::format("--{} is of clients that wait for answers; with --rate nobody does", name));
    for (const std::string_view name : {"constant", "connections"})
        if (!open && call.has(name)) return fail(Fault::invalid, fmt::format("--{} needs --rate", name));
    return layer_cake::ok();
}

Result<void> read_schedule(const Invocation& call, Plan& plan) {
    constexpr Duration usual = std::chrono::seconds(10);
    const auto rate = call.value("rate");
    if (auto mixed = refuse_mixture(call, rate.has_value()); !mixed) return mixed;
    auto read = read_number(call, "clients", plan.clients, 1, most_connections);
    if (read) read = read_number(call, "requests", plan.requests, 1, std::uint64_t(1) << 40);
    if (read) read = read_number(call, "connections", plan.connections, 1, most_connections);
    if (read) read = read_time(call, "slow-down", plan.slow_down, Duration());
    if (read) read = read_time(call, "duration", plan.duration, std::chrono::milliseconds(1));
    if (!read) return read;
    plan.constant = call.has("constant");
    if (!rate) {
        if (plan.duration == Duration() && plan.requests == 0) plan.duration = usual;
        return layer_cake::ok();
    }
    auto phases = parse_rates(*rate, plan.duration == Duration() ? usual : plan.duration);
    if (!phases) return fail(Fault::invalid, "--rate: " + phases.error().detail);
    plan.phases = std::move(*phases);
    if (plan.duration == Duration()) plan.duration = length_of(plan.phases);
    if (plan.duration > longest) return fail(Fault::invalid, "--rate: the schedule is longer than 30d");
    return layer_cake::ok();
}

} // namespace

bool Plan::expects(int status) const {
    return expected.empty() || std::find(expected.begin(), expected.end(), status) != expected.end();
}

Result<Plan> read_plan(const Invocation& call) {
    if (call.words.size() != 1)
        return fail(Fault::invalid, call.words.empty() ? "\"load\" needs a URL, such as http://localhost/Xy"
                                                       : "\"load\" takes one URL");
    Plan plan;
    plan.url = call.words.front();
    auto target = parse_url(plan.url);
    if (!target) return fail(std::move(target).error());
    plan.target = std::move(*target);
    constexpr Duration least = std::chrono::milliseconds(1);
    plan.seed = Random().up_to(999'999);
    auto read = read_request(call, plan);
    if (read) read = read_expected(call, plan);
    if (read) read = read_schedule(call, plan);
    if (read) read = read_number(call, "xy", plan.xy, 1, 1000);
    if (read) read = read_number(call, "retries", plan.retries, 0, 100);
    if (read) read = read_number(call, "processes", plan.processes, 1, most_processes);
    if (read) read = read_number(call, "seed", plan.seed, 0, ~std::uint64_t(0));
    if (read) read = read_time(call, "timeout", plan.timeout, least);
    if (read) read = read_time(call, "within", plan.within, least);
    if (read) read = read_time(call, "retry-pause", plan.retry_pause, Duration());
    if (read) read = read_time(call, "interval", plan.interval, std::chrono::milliseconds(10));
    if (!read) return fail(std::move(read).error());
    plan.close = call.has("close");
    if (plan.xy > 0 && !plan.body.empty()) return fail(Fault::invalid, "--xy makes the request: --body has no place");
    if (!plan.open() && plan.processes > plan.clients)
        return fail(Fault::invalid, fmt::format("--processes={} for {} clients", plan.processes, plan.clients));
    if (plan.open() && plan.processes > plan.connections)
        return fail(Fault::invalid, fmt::format("--processes={} for {} connections", plan.processes, plan.connections));
    return plan;
}

} // namespace layer_cake::cli::load
