#include <fmt/format.h>
#include <layer_cake/supervise/rolling_restart.hpp>

namespace layer_cake::supervise {

RollingRestart::RollingRestart(Loop& loop, Supervisor& supervisor, std::vector<std::string> names)
    : supervisor_(supervisor), names_(std::move(names)), patience_(loop) {}

bool RollingRestart::is_up(RoleProcess& role) {
    if (!role.ready() || role.state() != State::running) return false;
    if (!role.role().protocol || role.proven()) return true;
    if (!waited_ && !patience_.pending())
        patience_.start(std::chrono::seconds(1), [this] {
            waited_ = true;
            supervisor_.settle();
        });
    return waited_;
}

bool RollingRestart::advance() {
    while (next_ < names_.size()) {
        const auto& name = names_[next_];
        auto* role = supervisor_.find(name);
        if (supervisor_.stopping()) {
            error_ = Error{Fault::not_running, "the group is stopping"};
            return true;
        }
        if (!life_) {
            if (!role || !role->alive()) {
                ++next_;
                continue;
            }
            life_ = role->lives();
            waited_ = false;
            if (auto restarted = supervisor_.restart_as_defined({name}, false); !restarted) {
                error_ = restarted.error();
                return true;
            }
            return false;
        }
        if (!role) { // removed meanwhile
            life_.reset();
            ++next_;
            continue;
        }
        const bool failed = role->settled() || role->state() == State::backoff || role->lives() > *life_ + 1;
        if (role->lives() > *life_ ? failed : role->settled() && !role->stop_asked()) {
            error_ = Error{Fault::failed,
                           fmt::format("\"{}\" did not come up again: {}; the roles after it were left as they were",
                                       name, role->status().reason)};
            return true;
        }
        if (role->lives() == *life_ || !is_up(*role)) return false;
        patience_.cancel();
        life_.reset();
        ++next_;
    }
    return true;
}

} // namespace layer_cake::supervise
