#pragma once

#include <functional>
#include <layer_cake/directory/events.hpp>
#include <layer_cake/object/awaited.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/pool/internal.hpp>
#include <layer_cake/pool/messages.hpp>
#include <map>
#include <unordered_set>

namespace layer_cake::pool {

/// A pool: an object that hands each message it gets to one of its workers, and the worker's answer to whoever asked.
///
/// Every request gets one answer: the worker's first one, or Busy, Overloaded, TemporarilyUnavailable (refused: each
/// says when to try again, see type/retry_after.hpp), TimedOut (its deadline passed, or a worker had it for five times
/// the responsiveness), Faulted `no answer` (its worker ended) or Aborted (the pool was stopped). A request whose
/// requester is known to be gone when its turn comes is dropped: one on the pool's own thread.
///
/// A worker answers each message it gets, and one after another; whoever never answers is taken for silent. A worker
/// that ends is replaced after stand_down. Start, Stop, Returned, JoinSpool, LeaveSpool and what a directory tells are
/// for the pool itself.
///
/// With placement `host` it makes no workers: it subscribes, and whoever publishes such a name is a worker from when it
/// is available until it is dropped. A host has as much of the work as it has workers; one that is slower gets less.
class Spool {
public:
    using accepts =
        object::accepts<type::Start, type::Stop, type::Returned, JoinSpool, LeaveSpool, directory::Subscribed,
                        directory::NotSubscribed, directory::Available, directory::Dropped, Due, Report, type::Unknown>;
    /// Makes one worker, a child of `spool`.
    using Make = std::function<type::Address(object::Object& spool, const object::Place& place)>;

    /// @param make  empty when all workers will join
    Spool(PoolSettings settings, std::string worker, Make make);
    ~Spool();
    Spool(const Spool&) = delete;

    void on(object::Object& self, type::Start);
    void on(object::Object& self, type::Stop);
    void on(object::Object& self, type::Returned&);
    void on(object::Object& self, const JoinSpool& join);
    void on(object::Object& self, const LeaveSpool& leave);
    void on(object::Object&, const directory::Subscribed&) {}
    void on(object::Object& self, directory::NotSubscribed& refused);
    void on(object::Object& self, const directory::Available& found);
    void on(object::Object& self, const directory::Dropped& dropped);
    void on(object::Object& self, Due);
    void on(object::Object& self, const Report& report);
    void on(object::Object& self, type::Unknown, type::Any& message);

private:
    /// A request from its arrival until its worker has answered or ended.
    struct Request : object::Awaited {
        Spool* spool = nullptr;
        std::uint32_t number = 0;
        bool used = false;
        type::Any message{}; ///< while it waits
        type::Address from{};
        Instant deadline{};
        Admission::Worker worker{};
    };
    struct Worker {
        type::Address address{};
        bool made = false; ///< by the pool
        bool leaving = false;
    };

    Request& take_request();
    void give_back(Request& request);
    bool gone(const Request& request) const;
    void dispatch(Request& request, Admission::Worker worker, type::Any message);
    static void answered(object::Awaited& awaited, type::Any value, const type::Address& from, object::Shard& shard);
    void finished(Request& request, type::Any value);
    void tell(Request& request, type::Any value);
    void obey(const Admission::Decision& decision);
    void go_on(Instant now);
    void arm(Instant now);
    bool add_worker();
    void join(const type::Address& address, bool made);
    void forget(Admission::Worker worker);
    void stop();
    void answer_rest();
    static void offer_report(object::Object& self);

    PoolSettings settings_;
    std::string worker_name_;
    Make make_;
    object::Object* self_ = nullptr;
    Admission admission_;
    std::deque<Request> requests_; ///< grows to the most there ever were at a time
    std::vector<std::uint32_t> free_;
    std::vector<Worker> workers_; ///< by slot
    std::map<type::Address, Admission::Worker> by_address_;
    std::unordered_set<std::int64_t> given_up_; ///< workers that have not ended yet all the same
    std::size_t made_ = 0;
    Instant armed_ = Instant::max();
    bool stopping_ = false;
};

} // namespace layer_cake::pool
