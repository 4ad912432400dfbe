#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/core/result.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace layer_cake::supervise {

/// A pipe that a process writes to in the place of its log's: who reads it decides what goes on to the log, at the pace
/// that the log takes it. 64 KiB wait for that; beyond, the process waits.
class RelayedPipe {
public:
    /// @param log   the write end of the log's pipe: not closed; never waited for
    /// @param take  is given what comes, and passes on what of it is for the log
    RelayedPipe(Loop& loop, int log, std::function<void(std::string_view)> take)
        : loop_(loop), log_(log), take_(std::move(take)), later_(loop) {}

    Result<void> open();
    int child_end() const { return child_end_.get(); } ///< for the process to inherit
    void started();                                    ///< it has it: begins to read
    void pass_on(std::string_view bytes) { waiting_ += bytes; }
    /// The process has ended: takes what is there.
    void drain();
    /// What the log does not take now is lost.
    void finish() { (void)write_waiting(); }

private:
    void read();
    enum class Taken { some, nothing, end };
    Taken take_in();
    bool write_waiting();

    Loop& loop_;
    int log_;
    std::function<void(std::string_view)> take_;
    Fd output_, child_end_;
    std::unique_ptr<Poll> poll_;
    Timer later_;
    std::string waiting_;
    bool ended_ = false; ///< nobody writes any more
};

} // namespace layer_cake::supervise
