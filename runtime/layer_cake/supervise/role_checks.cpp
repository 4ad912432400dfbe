#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/supervise/role_checks.hpp>

namespace layer_cake::supervise {

using home::Probe;

RoleChecks::RoleChecks(RoleProcess& process) : process_(process), alive_(std::make_shared<bool>(true)) {}

RoleChecks::~RoleChecks() {
    *alive_ = false;
    if (is_ready_kind(Probe::Kind::log_line)) process_.context_.logs->unwatch(process_.name());
}

bool RoleChecks::is_ready_kind(Probe::Kind kind) const {
    return process_.role_.ready && process_.role_.ready->kind == kind;
}

Result<void> RoleChecks::prepare(std::vector<std::string>& environment) {
    const auto& role = process_.role_;
    if (is_ready_kind(Probe::Kind::notify) || role.watchdog) {
        uid_t uid = ::getuid();
        if (auto plan = process::plan_spawn(role, process_.environment()); plan && plan->change_user) uid = plan->uid;
        auto opened =
            NotifySocket::open(process_.context_.loop, uid, [this](const Notice& notice, pid_t) { heard(notice); });
        if (!opened) return fail(opened.error());
        notify_ = std::move(*opened);
        environment.push_back("NOTIFY_SOCKET=" + notify_->name());
        if (role.watchdog)
            environment.push_back(fmt::format(
                "WATCHDOG_USEC={}", std::chrono::duration_cast<std::chrono::microseconds>(*role.watchdog).count()));
    }
    // Before the process can write: its first line may be the one.
    if (is_ready_kind(Probe::Kind::log_line))
        if (auto watched = watch_log(); !watched) return watched;
    if (is_ready_kind(Probe::Kind::fd)) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return fail(system_error("cannot make a pipe", errno));
        ready_read_.reset(ends[0]);
        ready_write_.reset(ends[1]);
        extra_.emplace_back(ends[1], role.ready->fd);
        environment.push_back(fmt::format("READY_FD={}", role.ready->fd));
    }
    return ok();
}

Result<void> RoleChecks::watch_log() {
    return process_.context_.logs->watch(process_.name(), process_.role_.ready->pattern, [this, alive = alive_] {
        if (*alive && ready_) ready_->report(true);
    });
}

void RoleChecks::started() {
    ready_write_.reset();
    if (process_.role_.ready)
        begin_ready();
    else
        ready();
}

void RoleChecks::name_is_published() {
    if (ready_ && is_ready_kind(Probe::Kind::published)) ready_->report(true);
}

void RoleChecks::begin_ready() {
    auto& context = process_.context_;
    const auto& probe = *process_.role_.ready;
    Prober::Events events;
    events.succeeded = [this] { ready(); };
    events.failed = [this](const std::string& why) { process_.misbehaved(why); };
    events.answered = [this](const std::string& text) { process_.probe_says(text); };
    ready_ = std::make_unique<Prober>(context.loop, process_.addressed(probe), Prober::Purpose::ready, process_.role_,
                                      process_.environment(), context.helpers, std::move(events));
    if (probe.kind == Probe::Kind::fd) {
        ready_poll_ = std::make_unique<Poll>(context.loop, ready_read_.get());
        ready_poll_->start(Poll::readable, [this](int) {
            char bytes[256];
            const auto got = ::read(ready_read_.get(), bytes, sizeof bytes);
            if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
            const bool newline =
                got > 0 && std::string_view(bytes, static_cast<std::size_t>(got)).find('\n') != std::string_view::npos;
            if (got > 0 && !newline) return;
            ready_poll_->cancel();
            if (newline) ready_->report(true); // closed without a newline: it will not come, the timeout tells
        });
    }
}

void RoleChecks::ready() {
    process_.booted();
    if (std::exchange(lasting_, true)) return;
    // Not from within the prober's own callback: it may be the one that is replaced.
    process_.context_.loop.defer([this, alive = alive_] {
        if (*alive) begin_lasting();
    });
}

void RoleChecks::begin_lasting() {
    ready_.reset();
    ready_poll_.reset();
    begin_readiness();
    begin_liveness();
    if (process_.role_.watchdog) {
        watchdog_ = std::make_unique<Timer>(process_.context_.loop);
        feed_watchdog();
    }
}

std::unique_ptr<Prober> RoleChecks::ask(const Probe& probe, Prober::Events events) {
    auto& context = process_.context_;
    return std::make_unique<Prober>(context.loop, process_.addressed(probe), Prober::Purpose::check, process_.role_,
                                    process_.environment(), context.helpers, std::move(events));
}

void RoleChecks::begin_readiness() {
    readiness_.reset();
    if (!process_.role_.readiness) return;
    Prober::Events events;
    events.succeeded = [this] { is_ready(true); };
    events.failed = [this](const std::string& why) {
        is_ready(false);
        process_.probe_says(why);
    };
    events.answered = [this](const std::string& text) {
        if (!process_.ready_) process_.probe_says(text);
    };
    readiness_ = ask(*process_.role_.readiness, std::move(events));
}

void RoleChecks::begin_liveness() {
    liveness_.reset();
    if (!process_.role_.liveness) return;
    Prober::Events events;
    events.succeeded = [this] { judge_health(); };
    events.failed = [this](const std::string& why) {
        judge_health();
        process_.misbehaved("liveness failed: " + why);
    };
    liveness_ = ask(*process_.role_.liveness, std::move(events));
}

void RoleChecks::is_ready(bool is) {
    process_.ready_ = is;
    if (is) process_.probe_says({});
    judge_health();
}

void RoleChecks::judge_health() {
    using Verdict = ProbeCount::Verdict;
    bool good = false, bad = false, open = false;
    for (const auto* prober : {readiness_.get(), liveness_.get()})
        if (prober) {
            good = good || prober->verdict() == Verdict::good;
            bad = bad || prober->verdict() == Verdict::bad;
            open = open || prober->verdict() == Verdict::none;
        }
    process_.health_ = bad ? "unhealthy" : good && !open ? "healthy" : "unknown";
    process_.changed_ = true;
    process_.context_.settle();
}

void RoleChecks::rules_changed(const home::Role& before) {
    const auto& role = process_.role_;
    if (process_.stop_begun_) return;
    if (before.ready != role.ready) {
        if (before.ready && before.ready->kind == Probe::Kind::log_line) process_.context_.logs->unwatch(role.name);
        if (!lasting_) {
            ready_.reset();
            ready_poll_.reset();
            // A pattern was checked with the file it stands in.
            if (is_ready_kind(Probe::Kind::log_line)) (void)watch_log();
            role.ready ? begin_ready() : ready();
        }
    }
    if (!lasting_) return;
    if (before.readiness != role.readiness) {
        begin_readiness();
        if (!role.readiness) process_.ready_ = true; // else it stays what it is until the new probe has answered
    }
    if (before.liveness != role.liveness) begin_liveness();
    if (before.readiness != role.readiness || before.liveness != role.liveness) judge_health();
}

void RoleChecks::feed_watchdog() {
    if (watchdog_)
        watchdog_->start(*process_.role_.watchdog,
                         [this] { process_.misbehaved("the watchdog heard nothing in time"); });
}

void RoleChecks::heard(const Notice& notice) {
    if (notice.status) {
        process_.status_text_ = *notice.status;
        process_.changed_ = true;
        process_.context_.settle();
    }
    if (notice.ready && ready_ && is_ready_kind(Probe::Kind::notify)) ready_->report(true);
    if (notice.extend_timeout && ready_) ready_->extend(*notice.extend_timeout);
    if (notice.watchdog_trigger) process_.misbehaved("it asked to be ended (WATCHDOG=trigger)");
    if (notice.watchdog) feed_watchdog();
}

void RoleChecks::run_shutdown_command() {
    home::Role command = process_.role_;
    command.command = command.shutdown.command;
    auto environment = process_.environment();
    environment.push_back(fmt::format("LAYER_CAKE_PID={}", process_.pid_));
    auto plan = process::plan_spawn(command, environment);
    // Its end is a child's end like any orphan's: swept up.
    if (plan) {
        auto spawned = process::spawn(*plan, process_.outputs_.out, process_.outputs_.err);
        if (spawned) return;
        process_.reason_ = spawned.error().detail;
    } else {
        process_.reason_ = plan.error().detail;
    }
    ::kill(-process_.pid_, process_.role_.shutdown.signal); // better the signal than nothing
}

} // namespace layer_cake::supervise
