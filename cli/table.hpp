#pragma once

#include <cli/command.hpp>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::cli {

enum class Colour { none, red, green, yellow, blue, magenta, cyan, bold, dim };

/// Whether results may be coloured: --color=always|never, else a terminal without NO_COLOR whose TERM is not dumb.
bool colour_wanted(const Invocation& call);
/// The same for what goes to stderr.
bool colour_wanted_on_err(const Invocation& call);

/// `text` between the codes of a colour, or as it is when `on` is false.
std::string paint(std::string_view text, Colour colour, bool on = true);

/// At most `room` bytes of a text, never a part of a character.
std::string shortened(std::string text, std::size_t room);

/// One field of a row. Its text is made safe for a terminal when printed.
struct Cell {
    std::string text;
    Colour colour = Colour::none;
    bool right = false; ///< numbers align right

    Cell(std::string text, Colour colour = Colour::none, bool right = false)
        : text(std::move(text)), colour(colour), right(right) {}
    Cell(const char* text) : text(text) {}
};

/// Rows in aligned columns, two spaces apart; no padding after the last field of a row.
class Table {
public:
    explicit Table(std::vector<std::string> headings = {}) : headings_(std::move(headings)) {}
    void row(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }
    bool empty() const { return rows_.empty(); }
    /// Prints the headings (when there are any and a row) and all rows.
    /// @param columns  of a terminal, at whose edge the last field of a row is cut; 0: nothing is
    void print(std::ostream& out, bool colour, std::size_t columns = 0) const;

private:
    std::vector<std::string> headings_;
    std::vector<std::vector<Cell>> rows_;
};

} // namespace layer_cake::cli
