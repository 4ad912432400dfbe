#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <layer_cake/home/log_scratch.hpp>
#include <layer_cake/supervise/log_relief.hpp>
#include <pthread.h>
#include <system_error>

namespace layer_cake::supervise {
namespace {

using namespace std::chrono_literals;

constexpr Duration patience = 20ms;
constexpr Duration look_every = 10ms, busy_every = 1ms;

std::int64_t now() {
    return LogCapture::clock.now().time_since_epoch().count();
}

} // namespace

LogRelief::~LogRelief() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard hold(mutex_);
        stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void LogRelief::add(std::shared_ptr<LogCapture> capture) {
    {
        const std::lock_guard hold(mutex_);
        if (std::find(captures_.begin(), captures_.end(), capture) != captures_.end()) return;
        captures_.push_back(std::move(capture));
    }
    if (thread_.joinable()) return;
    try {
        thread_ = std::thread([this] { run(); }); // signals are blocked here, so there too
    } catch (const std::system_error&) {
        return; // without one a slow disk is waited for
    }
}

void LogRelief::remove(const LogCapture& capture) {
    const std::lock_guard hold(mutex_);
    const auto is = [&](const auto& one) { return one.get() == &capture; };
    captures_.erase(std::remove_if(captures_.begin(), captures_.end(), is), captures_.end());
}

void LogRelief::begins() {
    if (!thread_.joinable()) return;
    since_ = now();
    if (!asleep_) return;
    { const std::lock_guard hold(mutex_); } // it may be just about to wait
    wake_.notify_one();
}

void LogRelief::rests() {
    since_ = 0;
}

void LogRelief::run() {
    ::pthread_setname_np(::pthread_self(), "log-relief");
    std::unique_lock hold(mutex_);
    while (!stop_) {
        asleep_ = true;
        wake_.wait(hold, [this] { return stop_ || since_ != 0; });
        asleep_ = false;
        while (!stop_ && since_ != 0) {
            const auto since = since_.load();
            const bool kept = since && now() - since > patience.count();
            if (kept) relieve();
            wake_.wait_for(hold, kept ? busy_every : look_every, [this] { return stop_; });
        }
    }
}

/// With mutex_: the log thread may wait for it, but only to add or remove a role.
void LogRelief::relieve() {
    for (const auto& capture : captures_)
        for (auto& pipe : capture->pipes) {
            const auto size = ::fcntl(pipe.read.get(), F_GETPIPE_SZ);
            if (size > 0 && home::waiting_in(pipe.read.get()) >= static_cast<std::size_t>(size) / 2)
                capture->writer.relieve(pipe.read.get(), pipe.stream);
        }
}

} // namespace layer_cake::supervise
