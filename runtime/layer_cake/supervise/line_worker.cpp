#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/thread_buffer.hpp>
#include <layer_cake/supervise/endpoint_answer.hpp>
#include <layer_cake/supervise/line_protocol.hpp>
#include <layer_cake/supervise/line_worker.hpp>
#include <unistd.h>

namespace layer_cake::supervise {

Result<void> make_line_pipes(LinePipes& ours, LinePipes& theirs) {
    int in[2], out[2];
    if (::pipe2(in, O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe", errno));
    theirs.from.reset(in[0]);
    ours.to.reset(in[1]);
    if (::pipe2(out, O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe", errno));
    ours.from.reset(out[0]);
    theirs.to.reset(out[1]);
    for (const int fd : {ours.to.get(), ours.from.get()})
        ::fcntl(fd, F_SETFL, O_NONBLOCK);
    return ok();
}

LineWorker::LineWorker(Loop& loop, LinePipes pipes, Events events)
    : pipes_(std::move(pipes)),
      events_(std::move(events)),
      readable_(loop, pipes_.from.get()),
      writable_(loop, pipes_.to.get()),
      alive_(std::make_shared<bool>(true)) {
    readable_.start(Poll::readable, [this](int) { read_some(); });
}

LineWorker::~LineWorker() {
    *alive_ = false;
}

void LineWorker::take(std::shared_ptr<PoolJob> job) {
    auto line = line_of(job->request);
    if (!line) {
        job->send(std::move(line).error());
        return events_.refused(job->id);
    }
    asked_.push_back({std::move(job), std::move(*line)});
    if (asked_.size() == written_ + 1) write_some(); // else a line before it is still on its way
}

void LineWorker::write_some() {
    while (!broken_ && written_ < asked_.size()) {
        const auto& line = asked_[written_].line;
        const auto got = ::write(pipes_.to.get(), line.data() + sent_, line.size() - sent_);
        if (got > 0) {
            sent_ += static_cast<std::size_t>(got);
            if (sent_ < line.size()) continue;
            ++written_;
            sent_ = 0;
            continue;
        }
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return writable_.start(Poll::writable, [this](int) { write_some(); });
        return break_off("it does not read its stdin");
    }
    writable_.cancel();
}

void LineWorker::read_some() {
    const auto buffer = thread_buffer<LineWorker>();
    const auto alive = alive_;
    for (int turn = 0; turn < 16; ++turn) { // then others have their turn
        const auto got = ::read(pipes_.from.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return break_off("it closed its stdout");
        std::string_view part(buffer.data(), static_cast<std::size_t>(got));
        // What this read has was written before any request that is sent from here on was read.
        std::size_t owed = written_;
        for (auto end = part.find('\n'); end != std::string_view::npos; end = part.find('\n')) {
            const auto rest = part.substr(end + 1);
            if (owed-- == 0) return break_off("it wrote a line that nobody asked for");
            if (in_.empty()) {
                answered(part.substr(0, end));
            } else {
                in_.append(part.substr(0, end));
                const auto line = std::exchange(in_, {});
                answered(line);
            }
            if (!*alive || broken_) return;
            part = rest;
        }
        if (!part.empty() && owed == 0) return break_off("it wrote a line that nobody asked for");
        in_.append(part);
        if (in_.size() > longest_line) return break_off("it wrote a line of more than 16 MiB");
        if (static_cast<std::size_t>(got) < buffer.size()) return;
    }
}

void LineWorker::answered(std::string_view line) {
    const auto job = std::move(asked_.front().job);
    asked_.pop_front();
    --written_;
    if (!job->answered()) job->send(answer_of(line));
    events_.done(job->id);
}

void LineWorker::break_off(std::string why) {
    if (std::exchange(broken_, true)) return;
    readable_.cancel();
    writable_.cancel();
    events_.broken(std::move(why));
}

} // namespace layer_cake::supervise
