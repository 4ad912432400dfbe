#include <fmt/format.h>
#include <iterator>
#include <layer_cake/core/text.hpp>
#include <layer_cake/object/log.hpp>

namespace layer_cake::object {

std::string log_text(const LogLine& line) {
    constexpr std::size_t most = 4000; // with its head a line stays one write to a pipe
    std::string said(line.text);
    const bool enclosed = !line.text.empty() && !line.fields.empty();
    if (enclosed) said += " (";
    bool first = true;
    for (const auto& field : line.fields) {
        if (!first) said += ',';
        first = false;
        said.append(field.name).append("=");
        std::visit([&](const auto& value) { fmt::format_to(std::back_inserter(said), "{}", value); }, field.value);
    }
    if (enclosed) said += ')';
    std::string text = fmt::format("{} <{:08x}>{}", line.tag, line.object.id(), line.name);
    if (!line.state.empty()) text.append("[").append(line.state).append("]");
    text.append(" - ").append(terminal_safe(said));
    if (text.size() > most) text.resize(most);
    return text;
}

} // namespace layer_cake::object
