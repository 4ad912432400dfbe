#include <csignal>
#include <fmt/format.h>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/process/child_value.hpp>
#include <layer_cake/type/messages.hpp>

namespace layer_cake::process {
namespace {

type::Any ended(std::string explanation) {
    return type::Faulted{"process ended", std::move(explanation), {}, {}};
}

std::string how(const WaitStatus& status) {
    return status.signaled ? fmt::format("was ended by {}", signal_name(status.code))
                           : fmt::format("exited with status {}", status.code);
}

std::string shown(std::string_view output) {
    constexpr std::size_t most = 80;
    return fmt::format("\"{}{}\"", terminal_safe(output.substr(0, most)), output.size() > most ? "..." : "");
}

} // namespace

type::Any value_of_child(const ChildEnd& end, std::string_view who) {
    const auto last = end.output.find_last_not_of(" \t\r\n");
    const auto text = std::string_view(end.output).substr(0, last + 1);
    type::Any value;
    std::string problem;
    if (end.too_much) {
        problem = fmt::format("it is above {} bytes", output_limit);
    } else if (!text.empty()) {
        codec::JsonReading reading;
        reading.limits.bytes = output_limit;
        if (auto read = codec::read_json(text, type::info_of<type::Any>(), &value, reading); !read) {
            problem = read.error().detail;
            value.reset();
        }
    }
    const bool good = !end.status.signaled && problem.empty();
    if (good && (end.status.code == 0 || type::as_fault(value))) return value;
    if (end.killed)
        return type::Faulted{
            "timed out",
            fmt::format("{} was killed: it had not ended {} after its Stop", who, format_span(end.patience)),
            {},
            {}};
    if (end.stopped && end.status.signaled && end.status.code == SIGINT) return type::Aborted{};
    if (!problem.empty())
        return ended(fmt::format("{} {}; its output is no value: {}: {}", who, how(end.status), shown(text), problem));
    return ended(fmt::format("{} {}", who, how(end.status)));
}

} // namespace layer_cake::process
