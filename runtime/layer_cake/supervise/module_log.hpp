#pragma once

#include <filesystem>
#include <layer_cake/home/python_log.hpp>
#include <layer_cake/supervise/relayed_pipe.hpp>

namespace layer_cake::supervise {

/// The stderr of a Python module in a home of the library's command: it goes to the role's log, and line by line to the
/// files that that command reads.
class ModuleLog {
public:
    /// @param log   the write end of the log's pipe: not closed; never waited for
    /// @param logs  the role's
    ModuleLog(Loop& loop, int log, std::filesystem::path logs)
        : pipe_(loop, log, [this](std::string_view bytes) { take(bytes); }), kept_(std::move(logs)) {}

    Result<void> open() { return pipe_.open(); }
    int child_end() const { return pipe_.child_end(); } ///< for the process to inherit
    void started() { pipe_.started(); }                 ///< it has it: begins to read
    void finish() {                                     ///< the process has ended
        pipe_.drain();
        pipe_.finish();
        kept_.end();
    }

private:
    void take(std::string_view bytes) {
        pipe_.pass_on(bytes);
        kept_.write(bytes);
    }

    RelayedPipe pipe_;
    home::PythonLog kept_;
};

} // namespace layer_cake::supervise
