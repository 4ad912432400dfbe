#pragma once

#include <cli/command.hpp>
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/home/log_lines.hpp>
#include <layer_cake/home/log_select.hpp>
#include <optional>
#include <string>
#include <vector>

namespace layer_cake::cli {

/// The selectors of `log` as given. Fails with `invalid`, naming the option.
Result<home::LogSelectors> read_selectors(const Invocation& call);

/// Which lines of the selected part are printed: --grep, --stdout, --stderr.
class LogFilter {
public:
    static Result<LogFilter> read(const Invocation& call);
    bool admits(const home::LogLine& line) const;
    bool admits_all() const { return !pattern_ && !tags_ && !sample_ && out_ && err_ && notes_; }
    /// What is printed of an admitted line: of a sample its values, a tab between.
    std::string shown(const home::LogLine& line) const;
    bool samples() const { return sample_.has_value(); }

private:
    std::optional<Pattern> pattern_;
    std::optional<std::string> tags_, sample_;
    bool out_ = true, err_ = true, notes_ = true;
};

/// One role's way through a merged log: the end of its selection. The count is of lines printed.
class LineGate {
public:
    /// @param skip  so many lines of those that the filter admits come before the beginning
    LineGate(std::string role, const home::LogSelection& selection, std::size_t skip = 0)
        : role_(std::move(role)), selection_(selection), skip_(skip) {
        closed_ = selection_.count && *selection_.count == 0;
    }

    /// Whether to print this line; closes the gate when it is the last, or well behind the end.
    bool passes(const home::LogLine& line, const LogFilter& filter);
    bool closed() const { return closed_; }
    const std::string& role() const { return role_; }

private:
    std::string role_;
    home::LogSelection selection_;
    std::size_t skip_;
    std::size_t printed_ = 0;
    bool closed_ = false;
};

/// The gate of a role that has one.
LineGate& gate_of(std::vector<LineGate>& gates, const std::string& role);

} // namespace layer_cake::cli
