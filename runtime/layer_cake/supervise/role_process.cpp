#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/hand_over.hpp>
#include <layer_cake/home/programs.hpp>
#include <layer_cake/process/pool_root.hpp>
#include <layer_cake/process/python_module.hpp>
#include <layer_cake/process/python_past.hpp>
#include <layer_cake/supervise/names.hpp>
#include <layer_cake/supervise/object_worker.hpp>
#include <layer_cake/supervise/role_checks.hpp>
#include <layer_cake/supervise/role_process.hpp>
#include <unistd.h>

namespace layer_cake::supervise {

RoleProcess::RoleProcess(RoleContext& context, home::Role role)
    : context_(context),
      role_(std::move(role)),
      restart_(role_.restart, context.random),
      records_(context.loop, [this](bool whole) { return home::History(context_.paths.history(name()), whole); }),
      timer_(context.loop) {}

RoleProcess::~RoleProcess() {
    context_.exits.forget(pidfd_.get());
}

bool RoleProcess::ending() const {
    return session_ != 0 && pid_ == 0;
}

bool RoleProcess::healthy() const {
    return state_ == Phase::running && ready_ && health_ == "healthy";
}

bool RoleProcess::settled() const {
    return state_ == Phase::stopped || state_ == Phase::completed || state_ == Phase::failed;
}

void RoleProcess::move_to(Phase phase) {
    state_ = phase;
    changed_ = true;
    context_.settle();
}

void RoleProcess::start() {
    stop_asked_ = false;
    if (state_ == Phase::stopping || state_ == Phase::ending) {
        start_asked_ = true;
        return;
    }
    if (!settled() && state_ != Phase::backoff) return;
    timer_.cancel();
    restart_.reset();
    next_start_at_.reset();
    blocked_ = false;
    reason_.clear();
    move_to(Phase::waiting);
}

void RoleProcess::stop(bool kill) {
    start_asked_ = false;
    kill_ = kill_ || kill;
    if (state_ == Phase::waiting || state_ == Phase::backoff) {
        timer_.cancel();
        next_start_at_.reset();
        waiting_for_.clear();
        reason_ = "stopped before it was started again";
        move_to(Phase::stopped);
    } else if (alive()) {
        stop_asked_ = true;
        if (kill && stop_begun_) kill_tree();
        context_.settle();
    }
}

void RoleProcess::restart(bool kill) {
    if (!alive()) {
        start();
        return;
    }
    stop(kill);
    start_asked_ = true;
}

void RoleProcess::block(std::string why) {
    blocked_ = true;
    reason_ = std::move(why);
    waiting_for_.clear();
    move_to(Phase::failed);
}

void RoleProcess::unblock() {
    blocked_ = false;
    reason_.clear();
    move_to(Phase::waiting);
}

Result<void> RoleProcess::files_are_free() const {
    const auto& paths = context_.paths;
    const auto executable = home::program_words(role_).name();
    if (home::Lock::held(paths.files_lock("model." + name()))) return fail(Fault::busy, "its model is being replaced");
    if (!executable.empty() && home::Lock::held(paths.files_lock(fmt::format("resource.{}", executable))))
        return fail(Fault::busy, fmt::format("the resources of \"{}\" are being changed", executable));
    return ok();
}

Result<void> RoleProcess::give_folders(const process::SpawnPlan& plan) const {
    const home::Owner owner = plan.change_user ? home::Owner{plan.uid, plan.gid} : home::Owner{0, 0};
    return home::hand_over_role(context_.paths, name(), home::program_words(role_).name(), owner);
}

std::optional<SpawnOrder> RoleProcess::prepare() {
    const auto refused = [this](const Error& error) {
        refuse(error);
        return std::nullopt;
    };
    waiting_for_.clear();
    next_start_at_.reset();
    if (descriptors_left() < descriptors_to_start)
        return refused({Fault::busy, "the group may not open enough files for another role: see ulimit -n"});
    if (auto made = home::make_role_folder(context_.paths, name()); !made) return refused(made.error());
    if (outputs_.out < 0) {
        process::try_to_take_over_past(context_.paths, name());
        auto outputs = context_.logs->add_role(role_.name, context_.paths.logs(role_.name), role_.log);
        if (!outputs) return refused(outputs.error());
        outputs_ = *outputs;
    }
    if (auto assigned = assign_ports(); !assigned) return refused(assigned.error());
    if (auto assigned = assign_addresses(); !assigned) return refused(assigned.error());
    if (auto free = files_are_free(); !free) return refused(free.error());
    auto plan = plan_process();
    if (!plan) return refused(plan.error());
    if (::geteuid() == 0)
        if (auto given = give_folders(*plan); !given) return refused(given.error());
    auto checks = std::make_unique<RoleChecks>(*this);
    if (auto prepared = checks->prepare(plan->environment); !prepared) return refused(prepared.error());
    checks_ = std::move(checks);
    if (context_.cgroups)
        if (auto joined = context_.cgroups->make(name())) plan->cgroup = std::move(*joined);
    int out = module_ ? module_->out() : outputs_.out;
    auto extra = checks_->extra_fds();
    if (role_.protocol == home::Protocol::json_lines) {
        if (auto made = make_line_pipes(pipes_, given_pipes_); !made) return refused(made.error());
        extra.emplace_back(given_pipes_.from.get(), STDIN_FILENO);
        out = given_pipes_.to.get();
    } else if (role_.protocol == home::Protocol::objects) {
        if (auto made = make_object_socket(pipes_.to, given_pipes_.to); !made) return refused(made.error());
        const bool taken = role_.ready && role_.ready->fd == STDERR_FILENO + 1;
        const int number = STDERR_FILENO + (taken ? 2 : 1);
        extra.emplace_back(given_pipes_.to.get(), number);
        plan->environment.push_back(fmt::format("{}={}", process::pool_variable, number));
        executable_ = plan->executable;
    }
    prepared_at_ = context_.clock.wall(); // before it can write its first line
    return SpawnOrder{std::move(*plan), out, module_ ? module_->err() : outputs_.err, std::move(extra)};
}

Result<process::SpawnPlan> RoleProcess::plan_process() {
    module_.reset();
    if (const auto module = process::find_module(role_, context_.paths.home)) {
        module_ = std::make_unique<ModuleLife>(context_.loop, context_.paths.role(name()), outputs_.out, outputs_.err);
        process::ModuleOrders orders;
        if (context_.names) {
            const auto at = context_.names->port();
            if (!at) return fail(at.error());
            orders.directory = codec::write_json(codec::Object{{"host", at->host}, {"port", std::int64_t{at->port}}});
            orders.encrypted = context_.names->encrypted();
        }
        return module_->prepare(role_, *module, context_.paths, environment(), std::move(orders));
    }
    const auto collected = home::with_collected(role_, context_.paths.script());
    const auto& role = collected ? *collected : role_;
    return process::plan_spawn(role.interpreter.empty() ? role : process::with_interpreter(role), environment());
}

void RoleProcess::launched(Result<process::Spawned> spawned) {
    given_pipes_ = {};
    if (!spawned) {
        checks_.reset();
        return refuse(spawned.error());
    }
    pid_ = session_ = spawned->pid;
    pidfd_ = std::move(spawned->pidfd);
    up_since_ = context_.clock.now();
    started_at_ = prepared_at_;
    stopped_at_.reset();
    ready_ = stop_begun_ = killed_ = kill_ = false;
    health_ = "unknown";
    why_.clear();
    reason_.clear();
    status_text_.clear();
    probe_answer_.clear();
    ++lives_;
    if (module_) module_->started(pid_);
    records_.started(*started_at_, pid_);
    context_.exits.watch(pidfd_.get(), [this] { leader_ended(); });
    move_to(Phase::starting);
    checks_->started();
}

void RoleProcess::booted() {
    if (state_ != Phase::starting && state_ != Phase::running) return;
    timer_.cancel();
    ready_ = !role_.readiness;
    probe_answer_.clear();
    move_to(Phase::running);
}

void RoleProcess::name_is_published() {
    if (checks_ && pid_ != 0) checks_->name_is_published();
}

void RoleProcess::probe_says(std::string answer) {
    if (probe_answer_ == answer) return;
    probe_answer_ = std::move(answer);
    changed_ = true;
    context_.settle();
}

void RoleProcess::leader_ended() {
    auto status = process::reap(pidfd_);
    if (!status) return;
    context_.exits.forget(pidfd_.get());
    checks_.reset();
    timer_.cancel();
    kill_cgroup(); // what the leader has left behind
    pid_ = 0;
    pipes_ = {};
    ready_ = false;
    stopped_at_ = context_.clock.wall();
    home::Ended ended;
    ended.how = status->signaled ? home::Ended::How::signaled : home::Ended::How::exited;
    ended.code = status->code;
    if (killed_ && stop_begun_ && !kill_) ended.detail = "killed after the stop timeout";
    if (!why_.empty()) ended.detail = why_;
    if (module_) module_->ended(session_, ended);
    records_.ended(*stopped_at_, session_, ended);
    end_ = last_end_ = ended;
    move_to(stop_begun_ ? Phase::stopping : Phase::ending);
}

void RoleProcess::close_log() {
    if (outputs_.out < 0) return;
    log_stats();
    context_.logs->remove_role(role_.name);
    outputs_ = {};
}

void RoleProcess::tree_is_empty() {
    session_ = 0;
    pidfd_.reset();
    module_.reset();
    free_ports();
    if (context_.cgroups) context_.cgroups->remove(name());
    if (context_.logs) context_.logs->note(role_.name, {});
    after_end();
}

void RoleProcess::after_end() {
    const bool asked = stop_asked_;
    stop_asked_ = stop_begun_ = false;
    const home::Ended ended = *std::exchange(end_, std::nullopt);
    const auto& more = role_.restart.success_exit_codes;
    const bool success = why_.empty() && ended.how == home::Ended::How::exited &&
                         (ended.code == 0 || std::find(more.begin(), more.end(), ended.code) != more.end());
    reason_ = ended.text();
    if (start_asked_) {
        start_asked_ = false;
        restart_.reset();
        return move_to(Phase::waiting);
    }
    if (asked) return move_to(Phase::stopped);
    const auto answer = restart_.after_end(success, context_.clock.now() - up_since_, context_.clock.now());
    if (answer.kind == Restart::Answer::Kind::never) return move_to(success ? Phase::completed : Phase::failed);
    schedule(answer);
}

void RoleProcess::refuse(const Error& error) {
    last_end_ = home::Ended{home::Ended::How::not_started, 0, error.detail};
    stopped_at_ = context_.clock.wall();
    reason_ = error.detail;
    pipes_ = {};
    given_pipes_ = {};
    module_.reset();
    free_ports();
    records_.ended(*stopped_at_, 0, *last_end_);
    context_.logs->note(role_.name, error.detail);
    const auto answer = restart_.after_end(false, Duration::zero(), context_.clock.now());
    if (answer.kind == Restart::Answer::Kind::never) return move_to(Phase::failed);
    schedule(answer);
}

void RoleProcess::schedule(const Restart::Answer& answer) {
    if (answer.kind == Restart::Answer::Kind::gave_up) {
        reason_ +=
            fmt::format("; gave up after {} restart{}", restart_.restarts(), restart_.restarts() == 1 ? "" : "s");
        return move_to(Phase::failed);
    }
    if (answer.delay == Duration::zero()) return move_to(Phase::waiting);
    next_start_at_ = context_.clock.wall() + answer.delay;
    timer_.start(answer.delay, [this] { move_to(Phase::waiting); });
    move_to(Phase::backoff);
}

void RoleProcess::update(home::Role role) {
    const home::Role before = std::exchange(role_, std::move(role));
    if (before.log != role_.log && outputs_.out >= 0) context_.logs->update_rules(role_.name, role_.log);
    if (checks_ && pid_ != 0) checks_->rules_changed(before);
    changed_ = true;
}

void RoleProcess::log_stats() {
    if (outputs_.out < 0 || !context_.logs) return;
    const auto stats = context_.logs->stats(role_.name);
    dropped_ = stats.dropped_lines;
    log_paused_ = stats.paused;
}

RoleStatus RoleProcess::status() const {
    RoleStatus status;
    status.name = role_.name;
    status.role = role_.base;
    status.index = role_.index;
    status.state = state();
    status.ready = ready_;
    status.health = health_;
    status.pid = pid_;
    status.started_at = started_at_;
    status.stopped_at = stopped_at_;
    status.restarts = restart_.restarts();
    status.restarts_in_window = restart_.in_window(context_.clock.now());
    status.restarts_max = role_.restart.max;
    status.next_start_at = next_start_at_;
    status.last_end = last_end_;
    status.waiting_for = waiting_for_;
    status.reason = reason_;
    if (!waiting_for_.empty()) status.reason = "waiting for " + join(waiting_for_, ", ");
    if (stop_asked_ && !stop_begun_ && pid_ != 0) status.reason = "is to stop";
    if (ending()) status.reason = "ending what it left behind";
    if (pid_ != 0 && !ready_ && reason_.empty() && !probe_answer_.empty()) status.reason = "probe: " + probe_answer_;
    if (pid_ != 0 && !why_.empty()) status.reason = why_;
    status.status_text = status_text_;
    status.log_dropped_lines = dropped_;
    status.log_paused = log_paused_;
    return status;
}

} // namespace layer_cake::supervise
