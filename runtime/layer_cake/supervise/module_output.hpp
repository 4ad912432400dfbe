#pragma once

#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/core/result.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace layer_cake::supervise {

/// The stdout of a Python module: the value that it returns is a line of it, `{"value":[...]}`; every other line goes
/// to the role's log, at the pace that the log takes it.
///
/// Limits: a value has 1 MiB at most, what is longer is no value; 64 KiB wait for the log.
class ModuleOutput {
public:
    static constexpr std::size_t value_limit = 1u << 20;

    /// @param log  the write end of the log's pipe: not closed; never waited for
    ModuleOutput(Loop& loop, int log) : loop_(loop), log_(log), later_(loop) {}

    Result<void> open();
    int child_end() const { return child_end_.get(); } ///< for the process to inherit
    void started();                                    ///< it has it: begins to read
    /// The process has ended: takes what is there. Gives the last line that is a value, or nothing.
    std::string finish();

private:
    void read();
    enum class Taken { some, nothing, end };
    Taken take_in();
    void take(std::string_view bytes);
    void line(std::string_view text);
    bool write_waiting();

    Loop& loop_;
    int log_;
    Fd output_, child_end_;
    std::unique_ptr<Poll> poll_;
    Timer later_;
    std::string line_, waiting_, value_;
    bool ended_ = false;       ///< nobody writes any more
    bool within_line_ = false; ///< of one that is too long to be a value: it goes to the log as it comes
};

} // namespace layer_cake::supervise
