#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <layer_cake/home/log_scratch.hpp>
#include <layer_cake/supervise/log_relief.hpp>
#include <layer_cake/supervise/log_worker.hpp>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <system_error>

namespace layer_cake::supervise {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t per_turn = 1 << 20; ///< of one role, so that no flood keeps others waiting
constexpr int grown_size = 1 << 20;
constexpr std::size_t usual_size = 64 << 10;
constexpr Duration moment = 400us;    ///< in which a busy writer's lines come together: the accuracy of their times
constexpr Duration busy_within = 4ms; ///< output again so soon: a busy writer
constexpr Duration retry_after = 250ms;
constexpr std::size_t line_limit = 64 << 10;

} // namespace

const SystemClock LogCapture::clock;

void LineWatch::saw(home::Stream stream, std::string_view bytes) {
    auto& line = lines_[stream == home::Stream::err];
    while (found_ && !bytes.empty()) {
        const auto newline = bytes.find('\n');
        const auto part = bytes.substr(0, newline);
        line.append(part.substr(0, line_limit - line.size()));
        if (newline == std::string_view::npos) return;
        bytes.remove_prefix(newline + 1);
        if (pattern_.found_in(line)) std::exchange(found_, nullptr)();
        line.clear();
    }
}

Result<std::shared_ptr<LogCapture>> LogCapture::make(const std::filesystem::path& folder, const home::LogRules& rules) {
    auto capture = std::make_shared<LogCapture>(folder, rules);
    for (auto stream : {home::Stream::out, home::Stream::err}) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC)) return fail(system_error("cannot make a pipe", errno));
        auto& pipe = capture->pipes[stream == home::Stream::err];
        pipe.capture = capture.get();
        pipe.read = Fd(ends[0]);
        pipe.write = Fd(ends[1]);
        pipe.stream = stream;
    }
    return capture;
}

LogWorker::LogWorker()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      relief_(std::make_unique<LogRelief>()) {
    if (!epoll_ || !wake_) throw std::system_error(errno, std::generic_category(), "cannot start the log thread");
    epoll_event event{};
    event.events = EPOLLIN;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before); // inherited by the thread
    thread_ = std::thread([this] { run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LogWorker::~LogWorker() {
    post([](LogWorker& worker) { worker.stop_ = true; });
    thread_.join();
}

void LogWorker::post(Task task) {
    bool first = false;
    {
        std::lock_guard hold(mutex_);
        first = tasks_.empty();
        tasks_.push_back(std::move(task));
    }
    const std::uint64_t one = 1;
    if (first) (void)!::write(wake_.get(), &one, sizeof one);
}

/// Tasks go before output: a watch that was asked for before a line was written must see that line.
bool LogWorker::tasks_waiting() {
    std::lock_guard hold(mutex_);
    return !tasks_.empty();
}

void LogWorker::run_tasks() {
    std::vector<Task> tasks;
    {
        std::lock_guard hold(mutex_);
        tasks.swap(tasks_);
    }
    for (auto& task : tasks) {
        relief_->begins();
        task(*this);
    }
}

void LogWorker::run() {
    ::pthread_setname_np(::pthread_self(), "log");
    ::prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0); // moments are short
    while (!stop_) {
        wait();
        run_tasks();
        turn();
    }
    for (auto& capture : captures_)
        drain(*capture);
    active_.clear();
    captures_.clear();
}

void LogWorker::wait() {
    timespec time{};
    timespec* limit = nullptr;
    if (!active_.empty()) {
        const auto next = std::min_element(active_.begin(), active_.end(),
                                           [](const Pipe* a, const Pipe* b) { return a->due < b->due; });
        const auto left = std::max<Duration>((*next)->due - LogCapture::clock.now(), 0ns).count();
        time = {static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
        limit = &time;
    }
    epoll_event events[64];
    relief_->rests();
    int count = ::epoll_pwait2(epoll_.get(), events, 64, limit, nullptr);
    if (count < 0 && errno == ENOSYS) // before Linux 5.11: by milliseconds
        count = ::epoll_wait(epoll_.get(), events, 64,
                             limit ? static_cast<int>(time.tv_sec * 1000 + (time.tv_nsec + 999'999) / 1'000'000) : -1);
    relief_->begins();
    for (int at = 0; at < count; ++at) {
        auto* pipe = static_cast<Pipe*>(events[at].data.ptr);
        if (pipe) {
            if (tasks_waiting()) return; // told again at once
            // What the role's other stream is let collect came before: it must not be stored behind.
            auto& other = pipe->capture->pipes[pipe->stream == home::Stream::out];
            if (other.waits == LogCapture::Pipe::Waits::a_moment) serve(other, LogCapture::clock.now());
            serve(*pipe, LogCapture::clock.now());
            continue;
        }
        std::uint64_t wakes = 0;
        (void)!::read(wake_.get(), &wakes, sizeof wakes);
    }
}

/// Looks at those whose time has come.
void LogWorker::turn() {
    const auto now = LogCapture::clock.now();
    for (std::size_t at = 0; at < active_.size();) {
        if (tasks_waiting()) return;
        Pipe* pipe = active_[at];
        if (pipe->due <= now) serve(*pipe, now);
        if (at < active_.size() && active_[at] == pipe) ++at; // else it waits in the epoll set again
    }
}

void LogWorker::serve(Pipe& pipe, Instant now) {
    auto& capture = *pipe.capture;
    relief_->begins();
    const auto taken = capture.writer.take(pipe.read.get(), pipe.stream, per_turn);
    publish(capture);
    if (!taken || capture.writer.paused()) {
        // Under `drop` the pipe must not fill up meanwhile.
        const bool dropping = taken && *taken > 0;
        return let_wait(pipe, Pipe::Waits::for_space, now + (dropping ? Duration(moment) : retry_after));
    }
    if (*taken == 0) return let_wait(pipe, Pipe::Waits::for_output, {});
    // In lines a full pipe holds less than its size: each page of it holds whole writes.
    if (*taken >= usual_size / 2 && !pipe.grown) pipe.grown = ::fcntl(pipe.read.get(), F_SETPIPE_SZ, grown_size) > 0;
    const auto passed = now - pipe.taken;
    pipe.taken = now;
    if (passed >= busy_within) return let_wait(pipe, Pipe::Waits::for_output, {});
    // Not waited for in the epoll set: each line would wake this thread, and its writer pays for that.
    const auto half = (pipe.grown ? static_cast<std::size_t>(grown_size) : usual_size) / 2;
    const auto filling = passed * static_cast<Duration::rep>(half) / static_cast<Duration::rep>(*taken);
    let_wait(pipe, Pipe::Waits::a_moment, now + std::min<Duration>(moment, filling));
}

void LogWorker::let_wait(Pipe& pipe, Pipe::Waits waits, Instant due) {
    const bool was = pipe.waits == Pipe::Waits::for_output;
    const bool is = waits == Pipe::Waits::for_output;
    pipe.waits = waits;
    pipe.due = due;
    if (was == is) return;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &pipe;
    ::epoll_ctl(epoll_.get(), is ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, pipe.read.get(), &event);
    if (is)
        active_.erase(std::remove(active_.begin(), active_.end(), &pipe), active_.end());
    else
        active_.push_back(&pipe);
}

void LogWorker::publish(LogCapture& capture) {
    if (capture.watch && capture.watch->done()) watch(capture, nullptr); // reading back has a price
    capture.paused.store(capture.writer.paused(), std::memory_order_relaxed);
}

void LogWorker::add(std::shared_ptr<LogCapture> capture) {
    (void)capture->writer.recover(); // tried again by every take
    for (auto& pipe : capture->pipes) {
        active_.push_back(&pipe);
        let_wait(pipe, Pipe::Waits::for_output, {});
    }
    try_later(*capture);
    if (capture->writer.rules().policy == home::LogRules::Policy::drop) relief_->add(capture);
    captures_.push_back(std::move(capture));
}

/// What failed with nothing in the pipes is not known to be over until it is tried again.
void LogWorker::try_later(LogCapture& capture) {
    publish(capture);
    auto& pipe = capture.pipes[0];
    if (capture.writer.paused() && pipe.waits == Pipe::Waits::for_output)
        let_wait(pipe, Pipe::Waits::for_space, LogCapture::clock.now() + retry_after);
}

void LogWorker::set_rules(LogCapture& capture, const home::LogRules& rules) {
    capture.writer.set_rules(rules);
    const auto is = [&](const auto& one) { return one.get() == &capture; };
    const auto own = std::find_if(captures_.begin(), captures_.end(), is);
    if (rules.policy == home::LogRules::Policy::block)
        relief_->remove(capture);
    else if (own != captures_.end())
        relief_->add(*own);
}

void LogWorker::remove(LogCapture& capture) {
    relief_->remove(capture);
    note(capture, {}); // ends what is unfinished
    for (auto& pipe : capture.pipes) {
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, pipe.read.get(), nullptr);
        active_.erase(std::remove(active_.begin(), active_.end(), &pipe), active_.end());
    }
    const auto is = [&](const auto& one) { return one.get() == &capture; };
    captures_.erase(std::remove_if(captures_.begin(), captures_.end(), is), captures_.end());
}

void LogWorker::drain(LogCapture& capture) {
    for (auto& pipe : capture.pipes) {
        // What is there now and not what comes meanwhile: a flood would never end.
        auto left = home::waiting_in(pipe.read.get());
        while (left > 0) {
            const auto taken = capture.writer.take(pipe.read.get(), pipe.stream, left);
            if (!taken || *taken == 0) break;
            left -= std::min(left, *taken);
        }
    }
    publish(capture);
}

void LogWorker::note(LogCapture& capture, std::string_view text) {
    drain(capture);
    (void)capture.writer.note(text);
    try_later(capture);
}

void LogWorker::watch(LogCapture& capture, std::shared_ptr<LineWatch> watch) {
    capture.watch = std::move(watch);
    if (!capture.watch) {
        capture.writer.seen = nullptr;
        return;
    }
    capture.writer.seen = [watch = capture.watch.get()](home::Stream stream, std::string_view bytes) {
        watch->saw(stream, bytes);
    };
}

} // namespace layer_cake::supervise
