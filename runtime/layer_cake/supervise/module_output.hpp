#pragma once

#include <layer_cake/supervise/relayed_pipe.hpp>
#include <string>
#include <string_view>

namespace layer_cake::supervise {

/// The stdout of a Python module: the value that it returns is a line of it, `{"value":[...]}`; every other line goes
/// to the role's log, at the pace that the log takes it.
///
/// Limits: a value has 1 MiB at most, what is longer is no value; 64 KiB wait for the log.
class ModuleOutput {
public:
    static constexpr std::size_t value_limit = 1u << 20;

    /// @param log  the write end of the log's pipe: not closed; never waited for
    ModuleOutput(Loop& loop, int log) : pipe_(loop, log, [this](std::string_view bytes) { take(bytes); }) {}

    Result<void> open() { return pipe_.open(); }
    int child_end() const { return pipe_.child_end(); } ///< for the process to inherit
    void started() { pipe_.started(); }                 ///< it has it: begins to read
    /// The process has ended: takes what is there. Gives the last line that is a value, or nothing.
    std::string finish();

private:
    void take(std::string_view bytes);
    void line(std::string_view text);

    RelayedPipe pipe_;
    std::string line_, value_;
    bool within_line_ = false; ///< of one that is too long to be a value: it goes to the log as it comes
};

} // namespace layer_cake::supervise
