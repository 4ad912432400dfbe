#pragma once

#include <layer_cake/core/loop.hpp>
#include <layer_cake/core/random.hpp>
#include <layer_cake/home/endpoint_rules.hpp>
#include <layer_cake/pool/admission.hpp>
#include <layer_cake/pool/pool_status.hpp>
#include <layer_cake/supervise/pool_worker.hpp>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace layer_cake::supervise {

/// The requests of one pool and the workers they go to. Who gets which, and who is refused, is decided by
/// pool::Admission; here its decisions are carried out.
///
///     refused    503 with Retry-After: busy, overloaded, temporarily_unavailable
///     too late   504 timed_out; the worker gets nothing more until it has answered, and is replaced after stand_down
///     lost       502: the worker has ended with the request
///
/// All calls and callbacks on the loop's thread.
class Pool {
public:
    struct Events {
        std::function<void(const std::string& worker, std::string why)> replace; ///< kill it and start another
        std::function<void(const std::string& worker)> proven;                   ///< its first answer
        std::function<void()> idle; ///< a withdrawn worker has finished what it had
    };

    Pool(Loop& loop, const Clock& clock, home::PoolRules rules, Events events);
    ~Pool(); ///< What is not answered is answered 503.

    const home::PoolRules& rules() const { return rules_; }
    void update(const home::PoolRules& rules); ///< What waits and what workers have is kept.

    /// Whether it is let in is decided by its arrival alone; only a worker looks into it.
    void take(net::HttpRequest request, std::shared_ptr<net::HttpAnswer> answer);

    /// Worker events for a worker of that name; it is made with them and then joins.
    PoolWorker::Events events_for(const std::string& name, int life);
    void join(const std::string& name, int life, std::unique_ptr<PoolWorker> worker);
    /// No more work for it until it is back; `idle` follows when it has something to finish.
    void withdraw(const std::string& name);
    void come_back(const std::string& name);
    void left(const std::string& name);       ///< its process has ended
    std::vector<std::string> workers() const; ///< names of all that joined and have not left
    bool has(const std::string& name, int life) const;
    bool working(const std::string& name) const; ///< it has a request
    bool serving(const std::string& name) const; ///< joined, not withdrawn
    /// A worker is on its way: requests may wait for it.
    void expect(Instant when) { admission_.expect(when); }

    pool::PoolStatus status() const;
    void shut(); ///< the group is ending: what waits is told so, and whoever comes

private:
    using Admission = pool::Admission;
    struct Member {
        int life = 0;
        std::unique_ptr<PoolWorker> worker;
        Admission::Worker id{};
        std::map<std::uint64_t, std::shared_ptr<PoolJob>> jobs{};
        bool in = false;      ///< of the admission
        bool proven = false;  ///< it has answered
        bool leaving = false; ///< withdrawn
    };
    struct Waiting {
        std::shared_ptr<PoolJob> job;
        std::uint64_t place = 0;
        bool queued = false;
    };

    Admission make_admission() const;
    Instant now() const { return clock_.now(); }
    void act(const Admission::Decision& decision);
    void go_on();
    void arm();
    void give(Admission::Worker worker, std::uint64_t id);
    void refuse(std::uint64_t id, net::HttpResponse response);
    enum class End { answered, refused };
    void finished(const std::string& name, int life, std::uint64_t id, End end);
    Member* find(const std::string& name, int life);

    Loop& loop_;
    const Clock& clock_;
    home::PoolRules rules_;
    Events events_;
    Admission admission_;
    Timer timer_;
    std::map<std::string, Member, std::less<>> members_;
    std::vector<std::string> by_slot_;                ///< names of members, by Admission::Worker::slot
    std::unordered_map<std::uint64_t, Waiting> jobs_; ///< not answered
    std::shared_ptr<bool> alive_;
    std::uint64_t next_id_ = 1, failed_ = 0;
    pool::Figures before_; ///< to be added: counts of earlier admissions, and what is not told to this one
    bool going_on_ = false;
    bool shut_ = false;
};

} // namespace layer_cake::supervise
