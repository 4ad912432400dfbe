#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <layer_cake/supervise/relayed_pipe.hpp>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

namespace layer_cake::supervise {
namespace {

constexpr std::size_t may_wait = 64u << 10;
constexpr Duration retry_after = std::chrono::milliseconds(5);

} // namespace

Result<void> RelayedPipe::open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe", errno));
    output_ = Fd(ends[0]);
    child_end_ = Fd(ends[1]);
    ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
    return ok();
}

void RelayedPipe::started() {
    child_end_.reset();
    poll_ = std::make_unique<Poll>(loop_, output_.get());
    poll_->start(Poll::readable, [this](int) { read(); });
}

/// While something waits for the log, a timer looks after both ends.
void RelayedPipe::read() {
    if (waiting_.size() < may_wait || write_waiting()) ended_ = ended_ || take_in() == Taken::end;
    const bool waits = !write_waiting();
    if (waits || ended_)
        poll_->cancel();
    else
        poll_->start(Poll::readable, [this](int) { read(); });
    if (waits) later_.start(retry_after, [this] { read(); });
}

RelayedPipe::Taken RelayedPipe::take_in() {
    char bytes[16 << 10];
    const auto got = ::read(output_.get(), bytes, sizeof bytes);
    if (got > 0) take_({bytes, static_cast<std::size_t>(got)});
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Taken::nothing;
    return got > 0 ? Taken::some : Taken::end;
}

/// A pipe that says it can be written to takes PIPE_BUF bytes without making us wait, and we are its only writer.
bool RelayedPipe::write_waiting() {
    std::size_t written = 0;
    for (pollfd log{log_, POLLOUT, 0}; written < waiting_.size() && ::poll(&log, 1, 0) == 1;) {
        const auto size = std::min<std::size_t>(waiting_.size() - written, PIPE_BUF);
        const auto done = ::write(log_, waiting_.data() + written, size);
        if (done <= 0) break;
        written += static_cast<std::size_t>(done);
    }
    waiting_.erase(0, written);
    return waiting_.empty();
}

void RelayedPipe::drain() {
    later_.cancel();
    poll_.reset();
    child_end_.reset();
    if (!output_) return;
    // What was written before the end is in the pipe; what others still write is not waited for.
    for (int most = 128; most > 0 && take_in() == Taken::some;)
        --most;
    output_.reset();
}

} // namespace layer_cake::supervise
