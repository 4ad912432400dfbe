#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <layer_cake/supervise/names.hpp>
#include <layer_cake/supervise/supervisor.hpp>

namespace layer_cake::supervise {

using home::Condition;

Supervisor::Supervisor(RoleContext& context, const home::Home& home, home::Group group, const GroupOptions& options,
                       Events events)
    : context_(context),
      home_(home),
      main_role_option_(options.main_role),
      events_(std::move(events)),
      next_sweep_(context.loop),
      since_(context.clock.wall()) {
    adopt(std::move(group));
    for (const auto& name : start_order(group_))
        add(*group_.find(name));
    // An orphan that ends is our child: it is reaped, and may be the last of its tree.
    child_signals_ = std::make_unique<Signals>(context_.loop, std::initializer_list<int>{SIGCHLD}, [this](int) {
        child_ended_ = true;
        settle();
    });
}

Supervisor::~Supervisor() = default;

void Supervisor::add(home::Role role) {
    auto process = std::make_unique<RoleProcess>(context_, std::move(role));
    order_.push_back(process.get());
    roles_.insert_or_assign(process->name(), std::move(process));
}

RoleProcess* Supervisor::find(std::string_view name) {
    const auto found = roles_.find(name);
    return found == roles_.end() ? nullptr : found->second.get();
}

void Supervisor::start(const std::vector<std::string>& names, bool dependencies) {
    for (const auto& name : dependencies ? with_dependencies(group_, names) : names)
        if (auto* role = find(name)) {
            const bool wanted = std::find(names.begin(), names.end(), name) != names.end();
            // What a role depends on is started with it, but what has done its work is not repeated.
            if (wanted || (role->state() != State::completed && !role->alive())) role->start();
        }
    settle();
}

void Supervisor::stop(const std::vector<std::string>& names, bool kill) {
    for (const auto& name : names)
        if (auto* role = find(name)) role->stop(kill);
    settle();
}

void Supervisor::shutdown(bool kill) {
    stopping_ = true;
    kill_ = kill_ || kill;
    for (auto* role : order_) {
        role->stop(kill);
        if (!role->alive()) role->close_log();
    }
    settle();
}

void Supervisor::flush_logs(const std::vector<std::string>& names, const std::function<void()>& done) {
    if (names.empty() || !context_.logs) return context_.loop.defer(done);
    const auto left = std::make_shared<std::size_t>(names.size());
    for (const auto& name : names)
        context_.logs->flush(name, [left, done] {
            if (--*left == 0) done();
        });
}

void Supervisor::settle() {
    if (std::exchange(settle_asked_, true)) return;
    context_.loop.defer([this] { do_settle(); });
}

void Supervisor::do_settle() {
    if (ended_) return;
    settle_asked_ = false;
    sweep_when_due();
    for (auto it = replacements_.begin(); it != replacements_.end();) {
        auto* role = find(it->first);
        if (role->alive()) {
            ++it;
            continue;
        }
        role->update(std::move(it->second));
        it = replacements_.erase(it);
    }
    for (auto it = removals_.begin(); it != removals_.end();) {
        auto* role = find(*it);
        if (role->alive()) {
            ++it;
            continue;
        }
        context_.logs->remove_role(*it);
        order_.erase(std::find(order_.begin(), order_.end(), role));
        roles_.erase(roles_.find(*it));
        it = removals_.erase(it);
    }
    if (!stopping_) {
        restart_followers();
        launch_waiting();
    }
    begin_stops();
    std::vector<RoleProcess*> changed;
    for (auto* role : order_) {
        if (role->ending() && next_sweep_.pending()) continue; // there will be more to say in a moment
        if (role->take_changed()) changed.push_back(role);
    }
    if (!changed.empty() && events_.changed) events_.changed(changed, ++changes_);
    check_end();
    if (!ended_) events_.settled();
}

bool Supervisor::must_wait(RoleProcess& role) {
    std::vector<std::string> waiting_for;
    for (const auto& wanted : role.role().depends_on) {
        const auto* on = find(wanted.role);
        if (!on) continue; // removed while it was wanted: nothing to wait for
        const bool done = on->state() == State::completed;
        const bool oneshot = on->role().type == home::Role::Type::oneshot;
        bool holds = false;
        const char* words = "start";
        switch (wanted.condition) {
        case Condition::started:
            holds = on->state() == State::starting || on->state() == State::running || done;
            break;
        case Condition::ready:
            holds = (on->ready() && on->alive()) || (done && oneshot), words = "be ready";
            break;
        case Condition::healthy:
            holds = on->healthy() || (done && oneshot), words = "be healthy";
            break;
        case Condition::completed:
            holds = done, words = "complete";
            break;
        case Condition::published:
            holds = context_.names && context_.names->find(wanted.name, home::NameScope::group);
            words = "be published";
            break;
        }
        if (holds) continue;
        if (on->state() == State::failed || (done && wanted.condition != Condition::completed)) {
            role.block(fmt::format("depends on \"{}\", which {}", wanted.role, done ? "has ended" : "failed"));
            return true;
        }
        waiting_for.push_back(fmt::format("\"{}\" to {}", wanted.role, words));
    }
    for (const auto& wanted : role.role().addresses)
        if (context_.names && !context_.names->find(wanted.name, wanted.scope))
            waiting_for.push_back(fmt::format("name \"{}\"", wanted.name));
    const bool waits = !waiting_for.empty();
    role.wait_for(std::move(waiting_for));
    return waits;
}

void Supervisor::restart_followers() {
    for (auto* role : order_) {
        if (!role->alive() || role->stop_asked()) continue;
        for (const auto& followed : role->role().depends_on) {
            const auto* on = followed.restart ? find(followed.role) : nullptr;
            if (!on || !on->ever_started() || on->up_since() <= role->up_since()) continue;
            role->restart(false);
            break;
        }
    }
}

void Supervisor::launch_waiting() {
    std::vector<RoleProcess*> launching;
    std::vector<SpawnOrder> orders;
    const std::size_t first = next_launch_;
    for (std::size_t i = 0; i < order_.size() && orders.size() < launches_a_turn; ++i) {
        const std::size_t place = (first + i) % order_.size();
        auto* role = order_[place];
        if (role->blocked() &&
            std::none_of(role->role().depends_on.begin(), role->role().depends_on.end(), [&](const auto& on) {
                auto* other = find(on.role);
                return other && (other->state() == State::failed || other->state() == State::completed);
            }))
            role->unblock();
        if (!role->waiting() || replacements_.contains(role->name()) || must_wait(*role)) continue;
        // Each that is prepared needs another for its process; those come first where few are left.
        if (!orders.empty() && descriptors_left() < RoleProcess::descriptors_to_start + 2 * orders.size()) break;
        auto order = role->prepare();
        if (!order) continue;
        launching.push_back(role);
        orders.push_back(std::move(*order));
        next_launch_ = place + 1;
    }
    if (orders.empty()) return;
    auto spawned = spawner_.start(orders);
    for (std::size_t i = 0; i < launching.size(); ++i)
        launching[i]->launched(std::move(spawned[i]));
    settle(); // let control and exits have their turn before the rest
}

bool Supervisor::has_live_dependents(const RoleProcess& role) const {
    return std::any_of(order_.begin(), order_.end(), [&](const RoleProcess* other) {
        // Only those that are to stop too: nobody else's stop is forced by this one.
        if (!other->alive() || !other->stop_asked() || other == &role) return false;
        const auto& on = other->role().depends_on;
        return std::any_of(on.begin(), on.end(), [&](const auto& wanted) {
            return wanted.role == role.name() && wanted.condition != Condition::completed;
        });
    });
}

void Supervisor::begin_stops() {
    bool dependencies = false;
    for (const auto* role : order_)
        dependencies = dependencies || !role->role().depends_on.empty();
    for (auto role = order_.rbegin(); role != order_.rend(); ++role) {
        if (!(*role)->stop_asked()) continue;
        const bool kill = kill_ || (*role)->kill_asked();
        if (!kill && events_.finished && !events_.finished(**role)) continue;
        if ((kill_ || !dependencies || !has_live_dependents(**role))) (*role)->begin_stop();
    }
}

void Supervisor::check_end() {
    if (!stopping_) {
        if (!group_.main_role.empty()) {
            const auto* main = find(group_.main_role);
            if (!main || !main->ended_by_itself() || main->blocked()) return;
            result_ = main->last_end().value_or(home::Ended{});
        } else {
            bool any = false, success = true;
            for (const auto* role : order_) {
                if (!role->ended_by_itself() && (role->ever_started() || !role->settled())) return;
                any = any || role->ended_by_itself();
                success = success && role->state() != State::failed;
            }
            if (!any) return;
            result_ = {home::Ended::How::exited, success ? 0 : 1, {}};
        }
        shutdown(false);
    }
    if (std::any_of(order_.begin(), order_.end(), [](const auto* role) { return role->alive(); })) return;
    ended_ = true;
    events_.ended();
}

bool Supervisor::starting() const {
    return std::any_of(order_.begin(), order_.end(), [](const auto* role) {
        return role->state() == State::waiting || role->state() == State::starting;
    });
}

GroupStatus Supervisor::status(bool usage) {
    GroupStatus status;
    status.home = context_.paths.home.string();
    status.name = group_.name;
    status.pid = ::getpid();
    status.guarded = guarded_;
    status.since = since_;
    status.changes = changes_;
    status.main_role = group_.main_role;
    status.state = stopping_ ? "stopping" : starting() ? "starting" : "running";
    for (const auto& role : group_.roles)
        if (auto* process = find(role.name)) {
            process->log_stats();
            status.roles.push_back(process->status());
            if (usage && process->pid() != 0) status.roles.back().usage = usage_of(process->pid());
        }
    if (events_.pools) status.pools = events_.pools();
    return status;
}

} // namespace layer_cake::supervise
