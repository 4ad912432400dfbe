#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <layer_cake/supervise/log_worker.hpp>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace layer_cake::supervise {

/// Keeps programs under `drop` from waiting while a slow disk keeps the log thread: once that has
/// been at one thing for 20 ms, what lies in their pipes is dropped and counted each time they are
/// half full, until it is back.
///
/// Its thread is there from the first such role on. It sleeps while the log thread waits for
/// output, and looks once in 10 ms while that works.
class LogRelief {
public:
    LogRelief() = default;
    ~LogRelief(); ///< Joins the thread.
    LogRelief(const LogRelief&) = delete;
    LogRelief& operator=(const LogRelief&) = delete;

    // All on the log thread:
    void add(std::shared_ptr<LogCapture> capture); ///< a second time does nothing
    void remove(const LogCapture& capture);        ///< does nothing when it is not there
    void begins();                                 ///< the log thread takes something up
    void rests();                                  ///< the log thread waits for something to do

private:
    void run();
    void relieve();

    std::atomic<std::int64_t> since_{0}; ///< when the log thread began what it is at; 0: it waits
    std::atomic<bool> asleep_{false};
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stop_ = false;                                 ///< with mutex_
    std::vector<std::shared_ptr<LogCapture>> captures_; ///< with mutex_
    std::thread thread_;
};

} // namespace layer_cake::supervise
