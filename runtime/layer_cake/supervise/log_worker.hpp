#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/log_writer.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// The thread of LogKeeper and what it knows of a role.
namespace layer_cake::supervise {

/// Looks for a pattern in whole lines. Log thread.
class LineWatch {
public:
    LineWatch(Pattern pattern, std::function<void()> found) : pattern_(std::move(pattern)), found_(std::move(found)) {}
    void saw(home::Stream stream, std::string_view bytes);
    bool done() const { return !found_; }

private:
    Pattern pattern_;
    std::function<void()> found_;      ///< empty once called
    std::array<std::string, 2> lines_; ///< unfinished, at most 64 KiB of each
};

/// The output of one role. All but the atomics, and the write ends, belongs to the log thread once it has been added.
struct LogCapture {
    struct Pipe {
        enum class Waits : std::uint8_t {
            for_output, ///< in the epoll set
            a_moment,   ///< a writer is at it: more is let come together, until the pipe is half full
            for_space,  ///< the log is paused
        };
        LogCapture* capture = nullptr;
        Fd read, write;
        home::Stream stream = home::Stream::out;
        Waits waits = Waits::a_moment;
        bool grown = false;
        Instant due{};   ///< a_moment, for_space: when to look again
        Instant taken{}; ///< when there last was something
    };

    LogCapture(const std::filesystem::path& folder, const home::LogRules& rules) : writer(folder, rules, clock) {}
    static Result<std::shared_ptr<LogCapture>> make(const std::filesystem::path& folder, const home::LogRules& rules);

    static const SystemClock clock;
    std::array<Pipe, 2> pipes;
    home::LogWriter writer;
    std::shared_ptr<LineWatch> watch;
    std::atomic<bool> paused{false};
};

class LogRelief;

/// Takes from the pipes of all roles in turn, on a thread with all signals blocked.
class LogWorker {
public:
    using Task = std::function<void(LogWorker&)>;

    LogWorker();
    ~LogWorker();         ///< Drains all pipes, then ends the thread.
    void post(Task task); ///< From any thread; tasks run in order on the log thread.

    // On the log thread:
    void add(std::shared_ptr<LogCapture> capture);
    void remove(LogCapture& capture);
    void drain(LogCapture& capture); ///< takes what is there now
    void note(LogCapture& capture, std::string_view text);
    void watch(LogCapture& capture, std::shared_ptr<LineWatch> watch);
    void set_rules(LogCapture& capture, const home::LogRules& rules);

private:
    using Pipe = LogCapture::Pipe;

    void run();
    void wait();
    void run_tasks();
    bool tasks_waiting();
    void turn();
    void serve(Pipe& pipe, Instant now);
    void let_wait(Pipe& pipe, Pipe::Waits waits, Instant due);
    void publish(LogCapture& capture);
    void try_later(LogCapture& capture);

    Fd epoll_, wake_;
    std::mutex mutex_;
    std::vector<Task> tasks_; ///< with mutex_
    bool stop_ = false;
    std::unique_ptr<LogRelief> relief_;
    std::vector<std::shared_ptr<LogCapture>> captures_;
    std::vector<Pipe*> active_; ///< those out of the epoll set, in turn
    std::thread thread_;
};

} // namespace layer_cake::supervise
