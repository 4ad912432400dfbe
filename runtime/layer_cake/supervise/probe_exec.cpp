#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/process/spawn.hpp>
#include <layer_cake/supervise/probe_attempt.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <optional>
#include <unistd.h>

namespace layer_cake::supervise {
namespace {

constexpr std::size_t kept_output = 1024;

class ExecAttempt final : public ProbeAttempt {
public:
    ExecAttempt(Loop& loop, const ProbeRunner& runner, Answer answer)
        : ProbeAttempt(loop, std::move(answer)), helpers_(runner.helpers) {}

    void begin(Loop& loop, const home::Probe& probe, Duration timeout, const ProbeRunner& runner) {
        if (auto started = start(loop, probe, runner); !started) return finish(false, started.error().detail);
        timer_.start(timeout, [this, timeout] {
            read_output();
            abandon();
            finish(false, with_output(fmt::format("no end within {}", format_span(timeout))));
        });
    }
    ~ExecAttempt() override { abandon(); }

private:
    Result<void> start(Loop& loop, const home::Probe& probe, const ProbeRunner& runner) {
        home::Role helper;
        helper.name = runner.role.name;
        helper.index = runner.role.index;
        helper.command = probe.command;
        helper.working_dir = runner.role.working_dir;
        helper.environment = runner.role.environment;
        helper.user = runner.role.user;
        helper.umask = runner.role.umask;
        const auto plan = process::plan_spawn(helper, runner.environment);
        if (!plan) return fail(plan.error());

        int pipe[2];
        if (::pipe2(pipe, O_CLOEXEC | O_NONBLOCK) != 0) return fail(system_error("cannot make a pipe", errno));
        output_.reset(pipe[0]);
        const Fd theirs(pipe[1]);
        ::fcntl(theirs.get(), F_SETFL, 0); // a program expects its output to wait
        auto spawned = process::spawn(*plan, theirs.get(), theirs.get());
        if (!spawned) return fail(std::move(spawned).error());
        pid_ = spawned->pid;
        pidfd_ = std::move(spawned->pidfd);
        helpers_.insert(pid_);
        reading_.emplace(loop, output_.get());
        reading_->start(Poll::readable, [this](int) {
            if (!read_output()) reading_->cancel();
        });
        waiting_.emplace(loop, pidfd_.get());
        waiting_->start(Poll::readable, [this](int) { ended(); });
        return ok();
    }

    void ended() {
        ::kill(-pid_, SIGKILL); // what it has left in its group; unreaped, so the number is still its own
        const auto status = process::reap(pidfd_);
        if (!status) return;
        read_output();
        forget();
        if (status->signaled) return finish(false, with_output(fmt::format("ended by {}", signal_name(status->code))));
        finish(status->code == 0, with_output(fmt::format("exit {}", status->code)));
    }

    /// Keeps the last part. False when no more will come.
    bool read_output() {
        char part[4096];
        for (int i = 0; i < 16; ++i) { // a flood must not hold the loop
            const ssize_t got = ::read(output_.get(), part, sizeof part);
            if (got < 0) return errno == EAGAIN || errno == EINTR;
            if (got == 0) return false;
            text_.append(part, static_cast<std::size_t>(got));
            if (text_.size() > kept_output) text_.erase(0, text_.size() - kept_output);
        }
        return true;
    }

    /// The last line that says something.
    std::string with_output(std::string what) const {
        std::string_view text = text_;
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
            text.remove_suffix(1);
        if (const auto line = text.rfind('\n'); line != std::string_view::npos) text.remove_prefix(line + 1);
        return text.empty() ? what : fmt::format("{}: {}", what, terminal_safe(text));
    }

    /// Its end is not waited for: as an orphan it is reaped with the others.
    void abandon() {
        if (pid_ == 0) return;
        const auto below = descendants(pid_);
        ::kill(-pid_, SIGKILL);
        for (const pid_t pid : below)
            if (const Process process = look_at(pid); process.pid != 0) kill_exactly(process, SIGKILL);
        process::reap(pidfd_);
        forget();
    }

    void forget() {
        waiting_.reset();
        reading_.reset();
        helpers_.erase(pid_);
        pid_ = 0;
    }

    std::set<pid_t>& helpers_;
    std::string text_;
    pid_t pid_ = 0;
    Fd pidfd_, output_;
    std::optional<Poll> reading_, waiting_;
};

} // namespace

std::unique_ptr<ProbeAttempt> ask_exec(Loop& loop, const home::Probe& probe, Duration timeout,
                                       const ProbeRunner& runner, ProbeAttempt::Answer answer) {
    auto attempt = std::make_unique<ExecAttempt>(loop, runner, std::move(answer));
    attempt->begin(loop, probe, timeout, runner);
    return attempt;
}

} // namespace layer_cake::supervise
