#pragma once

#include <deque>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/supervise/pool_worker.hpp>
#include <memory>
#include <string>

namespace layer_cake::supervise {

/// Our ends of the pipes of a process that speaks json_lines: its stdin and its stdout.
struct LinePipes {
    Fd to, from;
};

/// Makes both pipes; `theirs` are the ends for the child. Ours do not block.
Result<void> make_line_pipes(LinePipes& ours, LinePipes& theirs);

/// A worker that reads one line and answers one. Where it has several requests, their lines wait in its stdin, and its
/// answers come in their order.
///
/// Broken, and to be replaced, is one that closes its stdout, writes a line that nobody asked for (the next answer
/// would be for the wrong request), or one longer than 16 MiB.
class LineWorker final : public PoolWorker {
public:
    static constexpr std::size_t longest_line = 16u << 20;

    LineWorker(Loop& loop, LinePipes pipes, Events events);
    ~LineWorker() override;
    void take(std::shared_ptr<PoolJob> job) override;

private:
    struct Asked {
        std::shared_ptr<PoolJob> job;
        std::string line;
    };

    void write_some();
    void read_some();
    void answered(std::string_view line);
    void break_off(std::string why);

    LinePipes pipes_;
    Events events_;
    Poll readable_, writable_;
    std::shared_ptr<bool> alive_;
    std::deque<Asked> asked_;
    std::size_t written_ = 0; ///< of them, whole
    std::size_t sent_ = 0;    ///< bytes of the line after those
    std::string in_;          ///< of a line that is not whole
    bool broken_ = false;
};

} // namespace layer_cake::supervise
