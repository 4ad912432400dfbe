#include <charconv>
#include <cli/lives.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/process/python_past.hpp>
#include <layer_cake/supervise/control.hpp>

namespace layer_cake::cli {
namespace {

/// When in doubt (the group does not answer) a role of a running group is taken to run.
bool has_process(const home::Home& home, const std::string& role, Duration patience) {
    if (!home.running()) return false;
    const auto status = supervise::ControlClient(home.paths()).status(patience);
    if (!status) return status.error().fault != Fault::not_running;
    for (const auto& known : status->roles)
        if (known.name == role) return known.pid > 0;
    return false;
}

std::string moment(WallTime time) {
    std::string text = format_time(time);
    if (!text.empty() && text.back() == 'Z') text.pop_back();
    return text;
}

codec::Value or_null(const std::optional<WallTime>& time) {
    return time ? codec::Value(format_time(*time, 6)) : codec::Value();
}

} // namespace

Result<std::vector<home::Life>> read_lives(const home::Home& home, const std::string& role, Duration patience) {
    process::try_to_take_over_past(home.paths(), role);
    const home::History history(home.paths().history(role));
    auto lives = history.read(true);
    if (!lives || lives->empty() || !is_running(lives->back()) || has_process(home, role, patience)) return lives;
    return history.read(false);
}

bool is_running(const home::Life& life) {
    return !life.stopped && life.ended.how != home::Ended::How::lost;
}

std::string life_line(std::size_t index, const home::Life& life, WallTime now) {
    std::string line = fmt::format("[{}] {} ago ... ", index, format_elapsed(now - life.started));
    if (life.stopped)
        return line + fmt::format("{} ({})", format_elapsed(*life.stopped - life.started), life.ended.text());
    return line + (is_running(life) ? "?" : fmt::format("({})", life.ended.text()));
}

std::string life_long_line(const home::Life& life) {
    std::string line = moment(life.started) + " ... ";
    if (life.stopped)
        return line + fmt::format("{} ({}) {}", moment(*life.stopped), format_elapsed(*life.stopped - life.started),
                                  life.ended.text());
    return line + (is_running(life) ? "?" : life.ended.text());
}

codec::Value life_to_json(std::size_t index, const home::Life& life) {
    codec::Value value = codec::Object{};
    value.set("start", static_cast<std::uint64_t>(index));
    value.set("pid", life.pid > 0 ? codec::Value(life.pid) : codec::Value());
    value.set("started_at", format_time(life.started, 6));
    value.set("stopped_at", or_null(life.stopped));
    value.set("seconds", life.stopped
                             ? codec::Value(std::chrono::duration<double>(*life.stopped - life.started).count())
                             : codec::Value());
    value.set("ended", is_running(life) ? codec::Value() : life.ended.to_json());
    return value;
}

codec::Value returned_value(const home::Ended& ended) {
    switch (ended.how) {
    case home::Ended::How::exited:
        return ended.code;
    case home::Ended::How::signaled:
        return signal_name(ended.code);
    case home::Ended::How::not_started: {
        codec::Value fault = codec::Object{};
        fault.set("fault", ended.detail);
        return fault;
    }
    case home::Ended::How::lost:
        break;
    }
    return codec::Object{{"fault", "lost"}};
}

Result<std::size_t> life_index(std::string_view start, std::size_t count) {
    long long number = 0;
    const auto* last = start.data() + start.size();
    const auto [end, ec] = std::from_chars(start.data(), last, number);
    if (ec != std::errc() || end != last)
        return fail(Fault::invalid, fmt::format("--start: \"{}\" is no number", start));
    const auto all = static_cast<long long>(count);
    if (number < 0) number += all;
    if (number < 0 || number >= all)
        return fail(Fault::invalid, fmt::format("start {} is out of bounds ({} in the history)", start, count));
    return static_cast<std::size_t>(number);
}

} // namespace layer_cake::cli
