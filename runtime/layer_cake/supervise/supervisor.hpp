#pragma once

#include <deque>
#include <functional>
#include <layer_cake/home/home.hpp>
#include <layer_cake/supervise/group_process.hpp>
#include <layer_cake/supervise/plan.hpp>
#include <layer_cake/supervise/role_process.hpp>
#include <layer_cake/supervise/status.hpp>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace layer_cake::supervise {

/// Runs the roles of one home: decides which may start and which must stop, and what the group's end is.
///
/// Every change asks for one `settle` before the loop next waits. It looks at all roles and does what has become
/// possible: restarts what follows a restarted role, launches waiting roles whose conditions hold (at most
/// `launches_a_turn`, so that control stays responsive, and each in its turn, so that none that restarts again and
/// again is before the others), begins stops whose dependents are gone, empties the trees of ended leaders, reports
/// changes.
///
/// The group ends when its main role has ended for good; without a main role when every role that was started has
/// completed or failed; or when `shutdown` was asked. All else is stopped first, dependents before what they depend on.
class Supervisor {
public:
    static constexpr std::size_t launches_a_turn = 32;
    static constexpr Duration sweep_spacing = std::chrono::milliseconds(2);

    struct Events {
        /// Once a turn. `changes` is what `status` says from now on.
        std::function<void(std::span<RoleProcess* const> changed, std::uint64_t changes)> changed;
        std::function<void()> settled; ///< after each settle: look at what you wait for
        /// Before the end of a process is begun: whether it has finished its work. Asked again at each settle.
        std::function<bool(const RoleProcess&)> finished{};
        /// Before another definition is taken over: whether its endpoint can be had.
        std::function<Result<void>(const home::Group&)> adopting{};
        std::function<std::vector<pool::PoolStatus>()> pools{}; ///< for `status`
        std::function<void()> ended;                            ///< last: every role and its tree is gone
    };

    Supervisor(RoleContext& context, const home::Home& home, home::Group group, const GroupOptions& options,
               Events events);
    ~Supervisor();

    /// @param usage  with what each role's processes take
    GroupStatus status(bool usage = false);
    RoleProcess* find(std::string_view name);
    const home::Group& group() const { return group_; }
    std::span<RoleProcess* const> roles() const { return order_; } ///< in the order of starting

    /// Names of instances and of roles with replicas become instances. Fails with `missing`, naming the first unknown
    /// one.
    Result<std::vector<std::string>> instances(const std::vector<std::string>& names) const;

    void start(const std::vector<std::string>& names, bool dependencies);
    void stop(const std::vector<std::string>& names, bool kill);
    void shutdown(bool kill);

    // What is stored may have changed since the group was started. Each of these reads the definition again, and gives
    // it to the roles it is about; `roles` are names of instances or of roles with replicas, none: all. Fails with
    // `missing`, naming the first unknown one; a definition with problems changes nothing.

    /// Starts roles, and what they depend on, as the definition says. What runs is left as it runs. Gives the
    /// instances.
    Result<std::vector<std::string>> start_as_defined(const std::vector<std::string>& roles, bool dependencies);
    /// Restarts roles as the definition says; what they newly depend on is started. All: the rest of the difference is
    /// applied too. Gives the instances.
    Result<std::vector<std::string>> restart_as_defined(const std::vector<std::string>& roles, bool kill);
    /// Applies the difference, or what of it concerns `roles`.
    Result<Changes> reload(const std::vector<std::string>& roles);
    /// What `reload` would do, with the stored definition or with this one.
    Result<Changes> preview(const std::vector<std::string>& roles, const codec::Value* definition) const;

    /// Calls `done` when what these instances have written until now is in their logs, or cannot be written for now.
    void flush_logs(const std::vector<std::string>& names, const std::function<void()>& done);

    void settle(); ///< Asks for one.
    void guardian_lost() { guarded_ = false; }
    bool stopping() const { return stopping_; }
    bool starting() const; ///< some role is waiting, or not ready yet

    /// How the main role ended, or `exit 0`/`exit 1` for all together. After `ended`.
    const home::Ended& result() const { return result_; }

private:
    void do_settle();
    void restart_followers(); ///< roles that are to be restarted with one they depend on, which has been
    void launch_waiting();
    void begin_stops();
    void sweep_when_due(); ///< at once, but when many end together at most every `sweep_spacing`
    void sweep();          ///< empties the trees of roles whose leader has ended
    void check_end();
    bool must_wait(RoleProcess& role);
    bool has_live_dependents(const RoleProcess& role) const;
    void add(home::Role role);
    Result<home::Group> defined() const; ///< what is stored now
    void apply(const home::Group& wanted, const Changes& changes);
    void adopt(home::Group group); ///< as the whole definition, but for a main role given at the start

    RoleContext& context_;
    const home::Home& home_;
    home::Group group_; ///< as it runs, or will once stops under way are done
    std::string main_role_option_;
    Events events_;
    std::map<std::string, std::unique_ptr<RoleProcess>, std::less<>> roles_;
    std::vector<RoleProcess*> order_;                             ///< start order
    std::map<std::string, home::Role, std::less<>> replacements_; ///< applied once the old process is gone
    std::vector<std::string> removals_;
    std::unique_ptr<Signals> child_signals_;
    Timer next_sweep_;
    Instant swept_{};
    Spawner spawner_;
    std::size_t next_launch_ = 0; ///< place in order_ where the search for a role to launch goes on
    home::Ended result_;
    WallTime since_{};
    std::uint64_t changes_ = 0; ///< as told
    bool settle_asked_ = false, child_ended_ = false, stopping_ = false, ended_ = false, guarded_ = true, kill_ = false;
};

/// The process below the guardian. Says `{"pid": ...}` or `{"error": ...}` on `report`, then serves until the group
/// ends.
int run_supervisor(const home::Home& home, const GroupOptions& options, int report, int leash, pid_t guardian);

} // namespace layer_cake::supervise
