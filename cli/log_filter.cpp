#include <algorithm>
#include <charconv>
#include <cli/log_filter.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>

namespace layer_cake::cli {
namespace {

/// Lines come in the order in which they were finished: one that began earlier may follow this much later.
constexpr Duration finishing = std::chrono::seconds(10);

Result<std::optional<std::int64_t>> number_option(const Invocation& call, std::string_view name) {
    const auto text = call.value(name);
    if (!text) return std::optional<std::int64_t>();
    std::int64_t number = 0;
    const char* last = text->data() + text->size();
    const auto [end, ec] = std::from_chars(text->data(), last, number);
    if (ec != std::errc() || end != last)
        return fail(Fault::invalid, fmt::format("--{}: \"{}\" is no number", name, *text));
    return std::optional<std::int64_t>(number);
}

} // namespace

Result<home::LogSelectors> read_selectors(const Invocation& call) {
    home::LogSelectors selectors;
    struct Number {
        const char* name;
        std::optional<std::int64_t>* to;
    };
    for (const Number& number :
         {Number{"tail", &selectors.tail}, Number{"start", &selectors.start}, Number{"count", &selectors.count}}) {
        auto read = number_option(call, number.name);
        if (!read) return fail(std::move(read).error());
        *number.to = *read;
    }
    struct Span {
        const char* name;
        std::optional<Duration>* to;
    };
    for (const Span& span : {Span{"back", &selectors.back}, Span{"span", &selectors.span}}) {
        auto read = span_option(call, span.name);
        if (!read) return fail(std::move(read).error());
        *span.to = *read;
    }
    selectors.from = call.value("from");
    selectors.last = call.value("last");
    selectors.to = call.value("to");
    selectors.clock = call.has("clock");
    return selectors;
}

Result<LogFilter> LogFilter::read(const Invocation& call) {
    LogFilter filter;
    if (const auto text = call.value("grep")) {
        auto pattern = Pattern::compile(*text);
        if (!pattern) return fail(pattern.error().fault, "--grep: " + pattern.error().detail);
        filter.pattern_.emplace(std::move(*pattern));
    }
    if (call.has("stdout") || call.has("stderr")) {
        filter.out_ = call.has("stdout");
        filter.err_ = call.has("stderr");
        filter.notes_ = false;
    }
    return filter;
}

bool LogFilter::admits(const home::LogLine& line) const {
    const bool stream = line.stream == home::Stream::out ? out_ : line.stream == home::Stream::err ? err_ : notes_;
    return stream && (!pattern_ || pattern_->found_in(line.text));
}

bool LineGate::passes(const home::LogLine& line, const LogFilter& filter) {
    if (selection_.to && line.time >= *selection_.to) {
        closed_ = line.time >= *selection_.to + finishing;
        return false;
    }
    if (!filter.admits(line)) return false;
    ++printed_;
    closed_ = selection_.count && printed_ >= *selection_.count;
    return true;
}

LineGate& gate_of(std::vector<LineGate>& gates, const std::string& role) {
    return *std::find_if(gates.begin(), gates.end(), [&](const LineGate& gate) { return gate.role() == role; });
}

} // namespace layer_cake::cli
