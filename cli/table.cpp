#include <algorithm>
#include <cli/table.hpp>
#include <cstdlib>
#include <layer_cake/core/text.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

bool wanted(const Invocation& call, bool terminal) {
    const auto asked = call.value("color").value_or("auto");
    if (asked != "auto") return asked == "always";
    const char* const refused = std::getenv("NO_COLOR");
    const char* const kind = std::getenv("TERM");
    return terminal && !(refused && *refused) && !(kind && std::string_view(kind) == "dumb");
}

std::string_view code(Colour colour) {
    switch (colour) {
    case Colour::none:
        break;
    case Colour::red:
        return "31";
    case Colour::green:
        return "32";
    case Colour::yellow:
        return "33";
    case Colour::blue:
        return "34";
    case Colour::magenta:
        return "35";
    case Colour::cyan:
        return "36";
    case Colour::bold:
        return "1";
    case Colour::dim:
        return "2";
    }
    return "";
}

} // namespace

bool colour_wanted(const Invocation& call) {
    return wanted(call, call.out_is_terminal);
}
bool colour_wanted_on_err(const Invocation& call) {
    return wanted(call, call.err_is_terminal);
}

std::string paint(std::string_view text, Colour colour, bool on) {
    if (!on || colour == Colour::none || text.empty()) return std::string(text);
    std::string painted = "\x1b[";
    painted.append(code(colour)).append("m").append(text).append("\x1b[0m");
    return painted;
}

std::string shortened(std::string text, std::size_t room) {
    if (text.size() <= room) return text;
    while (room > 0 && (static_cast<unsigned char>(text[room]) & 0xc0u) == 0x80u)
        --room;
    text.resize(room);
    return text;
}

void Table::print(std::ostream& out, bool colour, std::size_t columns) const {
    if (rows_.empty()) return;
    std::vector<std::vector<Cell>> lines;
    lines.reserve(rows_.size() + 1);
    if (!headings_.empty()) {
        auto& heading = lines.emplace_back();
        for (std::size_t i = 0; i < headings_.size(); ++i) {
            const bool right = i < rows_.front().size() && rows_.front()[i].right;
            heading.emplace_back(headings_[i], Colour::bold, right);
        }
    }
    for (const auto& row : rows_) {
        auto& line = lines.emplace_back();
        for (const auto& cell : row)
            line.emplace_back(terminal_safe(cell.text), cell.colour, cell.right);
    }

    std::vector<std::size_t> widths;
    for (const auto& line : lines) {
        if (widths.size() < line.size()) widths.resize(line.size());
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], display_width(line[i].text));
    }
    constexpr std::size_t gap = 2, least = 8; // less of a field says nothing: then the line is wrapped
    std::size_t last_begins = 0;
    for (std::size_t i = 0; i + 1 < widths.size(); ++i)
        last_begins += widths[i] + gap;
    if (last_begins + least < columns)
        for (auto& line : lines)
            if (line.size() == widths.size() && last_begins + display_width(line.back().text) > columns)
                line.back().text = shortened(std::move(line.back().text), columns - last_begins - 3) + "...";
    for (const auto& line : lines) {
        std::string text;
        std::size_t owed = 0; // blanks that are only written when something follows
        for (std::size_t i = 0; i < line.size(); ++i) {
            const std::size_t pad = widths[i] - display_width(line[i].text);
            if (line[i].right) owed += pad;
            if (!line[i].text.empty()) {
                text.append(owed, ' ').append(paint(line[i].text, line[i].colour, colour));
                owed = 0;
            }
            if (!line[i].right) owed += pad;
            owed += gap;
        }
        out << text << '\n';
    }
}

} // namespace layer_cake::cli
