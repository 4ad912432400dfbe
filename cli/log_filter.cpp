#include <algorithm>
#include <charconv>
#include <cli/log_filter.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>

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

/// What an object program wrote with its log: `[PID] TIME TAG <ID>NAME - TEXT`.
struct ObjectLine {
    char tag;
    std::string_view text;
};

std::optional<ObjectLine> object_line(std::string_view line) {
    constexpr std::size_t time = 23; // 2026-11-23T00:29:23.121
    const auto head = line.find("] ");
    if (!line.starts_with('[') || head == std::string_view::npos || head > 11) return std::nullopt;
    const auto tag = head + 2 + time + 1;
    if (line.size() < tag + 3 || line.substr(tag + 1, 2) != " <" || line[tag - 1] != ' ') return std::nullopt;
    const auto dash = line.find(" - ", tag);
    if (dash == std::string_view::npos) return std::nullopt;
    return ObjectLine{line[tag], line.substr(dash + 3)};
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
    if (const auto tags = call.value("tags")) filter.tags_ = *tags;
    if (const auto sample = call.value("sample")) filter.sample_ = *sample;
    if (filter.tags_ && filter.sample_) return fail(Fault::invalid, "--sample: sampling is by a tag of its own");
    if (call.has("stdout") || call.has("stderr")) {
        filter.out_ = call.has("stdout");
        filter.err_ = call.has("stderr");
        filter.notes_ = false;
    }
    return filter;
}

bool LogFilter::admits(const home::LogLine& line) const {
    const bool stream = line.stream == home::Stream::out ? out_ : line.stream == home::Stream::err ? err_ : notes_;
    if (!stream || (pattern_ && !pattern_->found_in(line.text))) return false;
    if (!tags_ && !sample_) return true;
    const auto said = object_line(line.text);
    if (!said) return false;
    if (tags_) return tags_->find(said->tag) != std::string::npos;
    return said->tag == '&' && said->text.starts_with(*sample_ + " (");
}

std::string LogFilter::shown(const home::LogLine& line) const {
    const auto said = sample_ ? object_line(line.text) : std::nullopt;
    if (!said) return std::string(line.text);
    auto values = said->text.substr(sample_->size() + 2);
    if (values.ends_with(')')) values.remove_suffix(1);
    std::string text;
    for (const auto& pair : split(values, ','))
        text.append(text.empty() ? "" : "\t").append(pair.substr(pair.find('=') + 1));
    return text;
}

bool LineGate::passes(const home::LogLine& line, const LogFilter& filter) {
    if (selection_.to && line.time >= *selection_.to) {
        closed_ = line.time >= *selection_.to + finishing;
        return false;
    }
    if (!filter.admits(line)) return false;
    if (skip_ > 0) {
        --skip_;
        return false;
    }
    ++printed_;
    closed_ = selection_.count && printed_ >= *selection_.count;
    return true;
}

LineGate& gate_of(std::vector<LineGate>& gates, const std::string& role) {
    return *std::find_if(gates.begin(), gates.end(), [&](const LineGate& gate) { return gate.role() == role; });
}

} // namespace layer_cake::cli
