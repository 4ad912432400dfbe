#pragma once

#include <functional>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/core/random.hpp>
#include <layer_cake/home/history.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/supervise/cgroup.hpp>
#include <layer_cake/supervise/exits.hpp>
#include <layer_cake/supervise/line_worker.hpp>
#include <layer_cake/supervise/log_keeper.hpp>
#include <layer_cake/supervise/module_life.hpp>
#include <layer_cake/supervise/records.hpp>
#include <layer_cake/supervise/restart.hpp>
#include <layer_cake/supervise/spawner.hpp>
#include <layer_cake/supervise/status.hpp>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace layer_cake::supervise {

class Names;
class RoleChecks;
class RoleProcess;

/// What every role of a group shares. Owned by the supervisor, outlives its roles.
struct RoleContext {
    Loop& loop;
    const Clock& clock;
    Random& random;
    Exits& exits;
    const Cgroups* cgroups; ///< none: no cgroup was given to us
    LogKeeper* logs;        ///< none once all roles have ended
    home::Paths paths;
    std::vector<std::string> environment; ///< what roles inherit, NAME=value
    std::set<pid_t> helpers{};            ///< exec probes under way: children that are reaped by who started them
    std::function<void()> settle{};       ///< something changed: look at all roles before the loop next waits
    std::set<std::uint16_t> ports{};      ///< assigned to processes that live
    std::function<RoleProcess*(std::string_view name)> find{};
    Names* names = nullptr; ///< what the directory knows of those that roles speak of
};

/// One role and the life of its process: the state machine of supervision.
///
///     state      event                          next       done on the way
///     stopped*   start()                        waiting    restart budget forgotten
///     waiting    launched(): it was spawned     starting
///     waiting    prepare() or the spawn fails   failed     (or backoff, when a restart is due)
///     starting   `ready` succeeds, or none set  running    `readiness`, where set, makes it ready from here on
///     starting   `ready` takes too long         stopping   then as an end with failure
///     running    liveness fails, watchdog mute  stopping   then as an end with failure
///     starting,  the leader ends                ending     what is left of its tree is killed
///      running
///     ending     the tree is empty              backoff | completed | failed  (restart.hpp decides)
///     backoff    the delay has passed           waiting
///     any live   stop()                         stopping   signal or command, then SIGKILL at the timeout
///     stopping   leader ended and tree empty    stopped | as `ending` | waiting (when a start was asked meanwhile)
///     waiting,   stop()                         stopped
///      backoff
///
/// (*) stopped, completed or failed. `ending` is shown as `stopping`. No state is left by time alone but
/// `starting`, `stopping` and `backoff`, whose timers run on the uptime clock.
///
/// The supervisor owns order: it prepares, spawns and tells `launched` when the conditions of a waiting role hold, and
/// calls `begin_stop` when nothing that depends on it lives. It tells about the tree with `tree_is_empty`.
class RoleProcess {
public:
    /// That many have to be left for a start: its pipes, what a spawn opens for a moment, and a few for commands.
    static constexpr std::size_t descriptors_to_start = 24;

    RoleProcess(RoleContext& context, home::Role role);
    ~RoleProcess(); ///< The process must have ended.

    const home::Role& role() const { return role_; }
    const std::string& name() const { return role_.name; }
    State state() const { return state_ == Phase::ending ? State::stopping : static_cast<State>(state_); }
    RoleStatus status() const;
    pid_t pid() const { return pid_; }         ///< of the living leader, or 0
    pid_t session() const { return session_; } ///< of the tree: the leader's pid, kept until the tree is empty

    bool alive() const { return session_ != 0; } ///< a process of it may exist
    bool waiting() const { return state_ == Phase::waiting; }
    bool ending() const; ///< leader gone, tree perhaps not
    bool ready() const { return ready_; }
    bool healthy() const; ///< ready, and its readiness and liveness have said so
    bool settled() const; ///< stopped, completed or failed: nothing will happen by itself
    bool ended_by_itself() const { return state_ == Phase::completed || state_ == Phase::failed; }
    bool blocked() const { return blocked_; }
    bool stop_asked() const { return stop_asked_; }
    bool ever_started() const { return lives_ > 0; }
    int lives() const { return lives_; }           ///< processes started so far
    Instant up_since() const { return up_since_; } ///< when the last of them was started
    bool kill_asked() const { return kill_; }
    bool comes_back() const { return start_asked_; } ///< will be started again once it has ended
    std::uint16_t port(std::string_view name) const; ///< of the living process; 0: it has none of that name
    bool can_work() const { return pipes_.to || port("http") != 0; } ///< as a pool's worker: nobody has its pipes yet
    bool proven() const { return proven_ == lives_; }                ///< it has answered a request in this life
    void prove() { proven_ = lives_; }
    LinePipes take_pipes() { return std::move(pipes_); } ///< of one that speaks json_lines; `to` of one of objects
    const std::string& executable() const { return executable_; } ///< the file of one that speaks objects
    std::optional<home::Ended> last_end() const { return last_end_; }

    void start();            ///< A person's wish: run, as soon as the conditions hold.
    void stop(bool kill);    ///< A person's wish: end; `begin_stop` follows when its dependents are gone.
    void restart(bool kill); ///< stop, then start again.
    /// While waiting: what to spawn; `launched` follows at once. Nothing when that cannot be: it has moved on then.
    std::optional<SpawnOrder> prepare();
    void launched(Result<process::Spawned> spawned); ///< waiting -> starting, or on where it was refused.
    void begin_stop();                               ///< Sends the signal; does nothing when sent already.
    void replace(std::string why);                   ///< As a worker it is of no use: kill it, as a failure of it.
    void block(std::string why);                     ///< waiting -> failed: a dependency cannot be met.
    void unblock();                                  ///< back to waiting.
    void wait_for(std::vector<std::string> what) { waiting_for_ = std::move(what); }
    void name_is_published();     ///< The one that its `ready` is about.
    void tree_is_empty();         ///< ending or stopping, leader gone -> what follows.
    void close_log();             ///< It will not be started again, or gets another by that.
    void update(home::Role role); ///< Rules that apply without a restart, or all of them while it does not live.
    home::Probe addressed(home::Probe probe) const; ///< with the number of the port it names
    void log_stats();                               ///< Fetches what the log has to tell into the status.

    /// True once after anything in `status()` has changed.
    bool take_changed() { return std::exchange(changed_, false); }

private:
    friend class RoleChecks;
    enum class Phase { waiting, starting, running, backoff, stopping, stopped, completed, failed, ending };

    void move_to(Phase phase);
    Result<void> files_are_free() const; ///< fails with `busy` while a command changes what it will read
    Result<process::SpawnPlan> plan_process();
    Result<void> give_folders(const process::SpawnPlan& plan) const; ///< to the user it will run as
    Result<void> assign_ports();
    Result<void> assign_addresses();
    const std::vector<std::string>& environment() const {
        return environment_.empty() ? context_.environment : environment_;
    }
    void free_ports();
    void leader_ended();
    void booted();                       ///< `ready` has succeeded, or there is none
    void probe_says(std::string answer); ///< of a role that is not ready; empty: it is
    void misbehaved(std::string why);    ///< ready timeout, liveness, watchdog: end it as a failure
    void signal(int number);             ///< to the leader, or to all of its process group, as its `shutdown` says
    void kill_after(Duration span);
    void kill_tree();
    void kill_cgroup(); ///< all that is in the role's cgroup, where it has one
    void after_end();
    void refuse(const Error& error);
    void schedule(const Restart::Answer& answer);

    RoleContext& context_;
    home::Role role_;
    Restart restart_;
    Records records_;
    LogKeeper::Outputs outputs_;

    Phase state_ = Phase::stopped;
    pid_t pid_ = 0, session_ = 0;
    Fd pidfd_;
    std::vector<home::Port> ports_;        ///< of the living process, with their numbers
    std::vector<std::string> environment_; ///< what it inherits, where it has ports or addresses
    std::unique_ptr<ModuleLife> module_;   ///< while it lives, where it is a Python module
    LinePipes pipes_, given_pipes_;        ///< ours until a worker takes them; the child's until it has them
    Timer timer_;
    std::unique_ptr<RoleChecks> checks_; ///< while the leader lives
    Instant up_since_{};
    WallTime prepared_at_{};
    std::optional<WallTime> started_at_, stopped_at_, next_start_at_;
    std::optional<home::Ended> last_end_, end_; ///< end_: of the life whose tree is being emptied
    std::string why_;                           ///< why it was ended, when it misbehaved
    std::string reason_, status_text_, probe_answer_, health_ = "unknown";
    std::vector<std::string> waiting_for_;
    std::uint64_t dropped_ = 0;
    int lives_ = 0, proven_ = -1;
    bool ready_ = false, changed_ = true, stop_asked_ = false, start_asked_ = false, stop_begun_ = false, kill_ = false,
         killed_ = false, blocked_ = false, log_paused_ = false;
    std::string executable_; ///< of one that speaks objects
};

} // namespace layer_cake::supervise
