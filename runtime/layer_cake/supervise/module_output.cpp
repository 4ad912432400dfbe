#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <layer_cake/supervise/module_output.hpp>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

namespace layer_cake::supervise {
namespace {

constexpr std::size_t may_wait = 64u << 10;
constexpr Duration retry_after = std::chrono::milliseconds(5);
constexpr std::string_view value_head = R"({"value":)";

} // namespace

Result<void> ModuleOutput::open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe", errno));
    output_ = Fd(ends[0]);
    child_end_ = Fd(ends[1]);
    ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
    return ok();
}

void ModuleOutput::started() {
    child_end_.reset();
    poll_ = std::make_unique<Poll>(loop_, output_.get());
    poll_->start(Poll::readable, [this](int) { read(); });
}

/// While something waits for the log, a timer looks after both ends.
void ModuleOutput::read() {
    if (waiting_.size() < may_wait || write_waiting()) ended_ = ended_ || take_in() == Taken::end;
    const bool waits = !write_waiting();
    if (waits || ended_)
        poll_->cancel();
    else
        poll_->start(Poll::readable, [this](int) { read(); });
    if (waits) later_.start(retry_after, [this] { read(); });
}

ModuleOutput::Taken ModuleOutput::take_in() {
    char bytes[16 << 10];
    const auto got = ::read(output_.get(), bytes, sizeof bytes);
    if (got > 0) take({bytes, static_cast<std::size_t>(got)});
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Taken::nothing;
    return got > 0 ? Taken::some : Taken::end;
}

void ModuleOutput::take(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto end = std::min(bytes.find('\n'), bytes.size());
        const bool whole = end < bytes.size();
        const auto part = bytes.substr(0, whole ? end + 1 : end);
        bytes.remove_prefix(part.size());
        if (within_line_) {
            waiting_ += part;
            within_line_ = !whole;
            continue;
        }
        line_ += part;
        if (whole) {
            line(std::exchange(line_, {}));
        } else if (line_.size() > value_limit || !value_head.starts_with(line_.substr(0, value_head.size()))) {
            waiting_ += std::exchange(line_, {});
            within_line_ = true;
        }
    }
}

void ModuleOutput::line(std::string_view text) {
    if (!text.starts_with(value_head) || text.size() > value_limit) {
        waiting_ += text;
        return;
    }
    waiting_ += value_; // one that was followed by another was none
    value_ = text;
}

/// A pipe that says it can be written to takes PIPE_BUF bytes without making us wait, and we are its only writer.
bool ModuleOutput::write_waiting() {
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

std::string ModuleOutput::finish() {
    later_.cancel();
    poll_.reset();
    child_end_.reset();
    if (output_) {
        // What was written before the end is in the pipe; what others still write is not waited for.
        for (int most = 128; most > 0 && take_in() == Taken::some;)
            --most;
        output_.reset();
    }
    if (!line_.empty()) line(std::exchange(line_, {}));
    (void)write_waiting(); // where the log is held up, the last prints are lost
    while (value_.ends_with('\n') || value_.ends_with('\r'))
        value_.pop_back();
    return std::exchange(value_, {});
}

} // namespace layer_cake::supervise
