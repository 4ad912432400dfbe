#pragma once

#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/directory/back_off.hpp>
#include <layer_cake/directory/node.hpp>
#include <layer_cake/directory/route_choice.hpp>
#include <memory>
#include <queue>
#include <set>

/// A whole network in one process: the real nodes and route choices, with connections and time that are only counted.
/// Everything that happens follows from the seed.
namespace layer_cake::directory {

struct Shape {
    int hosts = 10;
    int groups = 4;     ///< of a host
    int processes = 25; ///< of a group; each publishes one name
    int shared = 0;     ///< names that two processes publish, each below another host
    unsigned seed = 1;
};

class Simulation {
public:
    explicit Simulation(Shape shape);
    ~Simulation();

    void run(Duration time);
    /// That share of all names is withdrawn and published again, one after the other over the time; a fifth of the
    /// changes kill a process and start it again.
    void churn(double share, Duration time);
    void kill_lan();
    void start_lan();
    void kill_host(int number); ///< its node only
    void start_host(int number);
    /// So many faults one after the other, some at a time: processes and nodes of all scopes are killed and paused,
    /// connections lost, hosts cut off from all others, heard one way only, or from each other; names come and go
    /// meanwhile. In the end all is healed.
    void torment(int faults);

    /// What is not as it would be if everything had been started just now; empty when all is.
    std::string difference() const;
    /// Runs until there is no difference; nothing when there is one still after `most`.
    std::optional<Duration> converge(Duration most);

    struct Counts {
        std::uint64_t changes = 0;  ///< names published or withdrawn
        std::uint64_t matches = 0;  ///< subscribers that these concerned
        std::uint64_t messages = 0; ///< that nodes sent, from one end to the other
        std::uint64_t frames = 0;   ///< the same, counted on each connection they crossed
    };
    Counts counts;
    std::size_t names() const { return names_.size(); }
    std::size_t sessions() const;
    std::uint64_t events() const { return events_; }
    Instant now() const { return clock_.now(); }
    static constexpr int depth = 4; ///< process, group, host, LAN

private:
    struct Machine;
    struct Want;
    struct Name;
    using Action = std::function<void()>;

    void after(Duration time, Action action);
    void at(Machine& machine, Duration time, Action action); ///< when it is not paused any more
    Duration latency() { return std::chrono::microseconds(100 + random_.up_to(900)); }
    void connect(Machine& machine);
    void accepted(Machine& machine);
    void cut(Machine& machine); ///< its connection upwards
    void cut(Machine& machine, Duration parent_notices, Duration then);
    void stop(Machine& machine);
    void act(Machine& machine, Effects effects);
    void send(Machine& machine, const type::Address& to, const type::Any& content);
    void arrive(Machine& machine, std::int64_t proxy, type::Address to, type::Any content);
    void deliver(Machine& machine, std::int64_t proxy, const type::Any& content);
    void publish(Name& name);
    void withdraw(Name& name);
    void choose(Machine& machine, Want& want, const std::string& name, const RouteChoice::Effects& effects);
    std::size_t matching(const Name& name) const;
    bool sees(const Want& want, const Name& name) const;

    // simulation_faults.cpp
    void kill(Machine& machine);
    void revive(Machine& machine);
    void pause(Machine& machine);
    void resume(Machine& machine);
    void cut_off(Machine& host, bool up, bool down);
    void rejoin(Machine& host);
    void set_apart(Machine& a, Machine& b, bool apart);
    bool reaches(const Machine& a, const Machine& b) const;
    void lose_sessions();
    void subscribe(Want& want);
    std::string difference(const Machine& machine, const std::string& text,
                           const std::vector<const Name*>& names) const;
    const Name* nearest(const Want& want, const std::string& text) const;

    Shape shape_;
    Random random_;
    ManualClock clock_;
    std::uint64_t events_ = 0, sequence_ = 0;
    struct Due {
        Instant when;
        std::uint64_t sequence;
        Action action;
        bool operator<(const Due& other) const {
            return when != other.when ? when > other.when : sequence > other.sequence;
        }
    };
    std::priority_queue<Due> queue_;
    std::vector<std::unique_ptr<Machine>> machines_;
    std::vector<Machine*> hosts_, processes_;
    Machine* lan_ = nullptr;
    std::vector<std::unique_ptr<Name>> names_;
    std::vector<std::unique_ptr<Want>> wants_;
    std::unordered_map<std::string, std::vector<Want*>> by_service_;
    std::map<type::Uuid, Name*> published_;                     ///< as it should be
    std::set<std::pair<const Machine*, const Machine*>> apart_; ///< hosts that do not reach each other
    int ids_ = 0;
};

} // namespace layer_cake::directory
