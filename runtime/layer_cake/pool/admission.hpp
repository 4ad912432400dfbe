#pragma once

#include <deque>
#include <functional>
#include <layer_cake/core/random.hpp>
#include <layer_cake/pool/figures.hpp>
#include <layer_cake/pool/quantiles.hpp>
#include <layer_cake/pool/service_time.hpp>
#include <vector>

namespace layer_cake::pool {

/// Who gets a request, who waits, who is told to come back later: the decisions of a pool, and nothing else. It is
/// told what happens and when, and answers with what is to be done; it keeps no requests, no clock and no timers.
///
/// An owner does three things:
///   1. tells: arrive(), completed(), joined(), left(), withdraw(), abandon();
///   2. after completed(), joined(), left() and at due(): calls next(now) until it returns nothing, doing what it says;
///   3. keeps a timer for due(), which may move with any of these calls.
///
/// A request arrives. S: mean service time lately, W: workers that count, T: `responsiveness`, limit: the nearer of
/// arrival + T and the request's deadline. `ahead`: requests that wait or are with those workers.
///
///     its deadline has passed                                   expired
///     a worker is ready                                         dispatch, whatever S is
///     no worker, none due before the limit                      unavailable
///     `size_of_queue` wait                                      overloaded
///     ahead / W * S + S and one deviation of it end in time     queue
///     nobody waits, and S alone would end in time               queue: no worker must idle between two requests
///     no worker was heard of for T: one in busy_pass_rate       queue: the trickle that shows when it is over
///     else                                                      busy
///
/// Not knowing S (nothing was ever completed, or nothing for long) it takes the time since the last dispatch for it,
/// and lets no more than 64 requests a worker wait. When the queue has been standing for 4 T, "in time" means half of
/// T, so that the answers of a long overload come early; whoever waits longest is served first. Leaving the queue: one
/// whose deadline has passed is expired; one that S would take beyond the limit is busy, late.
///
/// A worker:
///
///     state      is                                         new work  counts in W  goes to
///     ready      with less than `window` requests           yes       yes          full
///     full       with `window` requests                     no        yes          ready at a completion
///     slow       with one for more than max(T, 8 S)         no        no           ready, full at a completion; silent
///     silent     with one for `limit_of_request` (5 T)      no        no           ready, full at a completion
///                for stand_down                                                    given up, and another created
///     withdrawn  finishing what it has, by withdraw()       no        no           left, and not replaced
///     left       forgotten; another created after stand_down -        -            -
///
/// stand_down varies by up to a quarter either way, so that what failed together is not replaced together. When no
/// worker is ready or full, the slow ones count.
class Admission {
public:
    struct Rules {
        std::size_t size_of_queue = 16'384;
        std::optional<Duration> responsiveness = std::chrono::seconds(5); ///< none: never busy, workers never slow
        unsigned busy_pass_rate = 10;                                     ///< 1 or more
        std::optional<Duration> stand_down = std::chrono::seconds(30);    ///< none: nobody is replaced
        unsigned window = 1;                        ///< requests a worker has at a time; 1 or more
        std::optional<Duration> limit_of_request{}; ///< with a worker; none: 5 times responsiveness
    };

    using Request = std::uint64_t; ///< the owner's name for it, unique among those that wait or are with a worker
    struct Worker {
        std::uint32_t slot = 0; ///< small: an index for the owner; used again when the worker has left
        std::uint32_t use = 0;  ///< above zero
        friend bool operator==(Worker, Worker) = default;
    };

    enum class What {
        dispatch,    ///< send `request` to `worker`
        queue,       ///< keep `request`; `place` is where it waits
        busy,        ///< refuse `request`; worth another try after `retry_after`
        overloaded,  ///< the same
        unavailable, ///< the same
        expired,     ///< tell who asked for `request`, if still there: timed out
        timed_out,   ///< the same; `worker` has it and is silent
        lost,        ///< the same: `worker` has ended with it
        abandoned,   ///< forget `request`: who asked is gone, or was told before
        give_up,     ///< end `worker`: it is silent, and forgotten from now on
        create       ///< make a worker, for one that is no more
    };
    struct Decision {
        What what;
        Request request = 0;
        Worker worker{};
        Duration retry_after{};
        std::uint64_t place = 0;
        Duration expected{}; ///< with busy: the time an answer would have taken
    };

    Admission(Rules rules, Random random) : rules_(rules), random_(random), ready_(rules.window) {}

    /// @param deadline  when whoever asked stops waiting; Instant::max() for never
    /// @return dispatch, queue, busy, overloaded, unavailable or expired
    Decision arrive(Request request, Instant now, Instant deadline = Instant::max());
    /// A worker has answered. Says whether the requester is still to be told: not when it was timed out before.
    /// The worker, or the request, may be unknown by now: then nothing happens.
    /// @param usual  false: the time it took says nothing about others, as with a fault
    bool completed(Worker worker, Request request, Instant now, bool usual = true);
    /// Who asked does not wait any more. Only for one that is queued at that place, or was.
    void abandon(std::uint64_t place);
    /// Asked before a waiting request is given to a worker; true is answered with `abandoned`.
    void check_requesters(std::function<bool(Request)> gone) { requester_gone_ = std::move(gone); }

    /// @param replaced  whether another is to be created when it is no more; false where somebody else sees to that
    Worker joined(Instant now, bool replaced = true);
    /// It has ended. What it had is lost.
    void left(Worker worker, Instant now);
    /// No more work for it; left() is for when outstanding() is 0.
    void withdraw(Worker worker);
    std::size_t outstanding(Worker worker) const;

    /// A worker is on its way, to join at about that time: who arrives meanwhile may wait for it.
    void expect(Instant when) { expected_ = when; }

    std::optional<Decision> next(Instant now);
    /// When next() is to be called though nothing was told; Instant::max() for never.
    Instant due(Instant now) const;

    Figures figures(Instant now) const;
    std::size_t queued() const { return queue_.size() - gone_; }
    bool knows(Worker worker) const { return find(worker) != nullptr; }

private:
    enum class State : std::uint8_t { gone, counts, slow, silent, withdrawn };
    struct InFlight {
        Request request;
        Instant arrived, since;
        bool told; ///< that it has timed out
    };
    static constexpr std::uint32_t none = UINT32_MAX;
    struct Slot {
        State state = State::gone;
        std::uint32_t use = 0;
        std::uint32_t before = none, after = none; ///< in the list of its load, while it is ready
        bool listed = false;
        bool replaced = false;
        std::vector<InFlight> in_flight{}; ///< oldest first
        Instant replace_at = Instant::max();
    };
    struct List {
        std::uint32_t first = none, last = none;
    };
    struct Waiting {
        Request request;
        Instant arrived, limit, deadline;
        bool probe, gone;
    };
    struct Outlook {
        Duration service{}; ///< S
        Duration wait{};    ///< before it begins
        Duration margin{};
        bool known = false;
    };

    Slot* find(Worker worker);
    const Slot* find(Worker worker) const { return const_cast<Admission*>(this)->find(worker); }
    std::size_t& workers(State state) { return workers_[static_cast<std::size_t>(state)]; }
    std::size_t workers(State state) const { return workers_[static_cast<std::size_t>(state)]; }
    std::size_t& in_flight(State state) { return in_flight_[static_cast<std::size_t>(state)]; }
    void set_state(std::uint32_t number, State state);
    void list(std::uint32_t number);
    void unlist(std::uint32_t number);
    std::uint32_t least_loaded() const;
    void give(std::uint32_t number, Request request, Instant arrived, Instant now);
    void forget(std::uint32_t number);
    State serving() const { return workers(State::counts) ? State::counts : State::slow; }

    Outlook outlook(Instant now) const;
    Duration target(const Outlook& outlook, Instant now) const;
    Duration half_life() const;
    std::optional<Duration> limit_of_request() const;
    Duration slowness() const;
    Instant limit_of(Instant arrived, Instant deadline) const;
    Instant sealed(const Waiting& waiting, Instant now, std::size_t before) const;
    Instant soonest_worker() const;
    Duration until_worker(Instant now) const;
    Decision refuse(What what, std::uint64_t& count, Request request, Duration retry_after, Duration expected = {});
    Decision wait(Request request, Instant now, Instant deadline, bool probe);
    Duration vary(Duration time);
    void create_later(Instant when);
    std::optional<Decision> take_from_queue(Instant now);
    void drop_front();
    void check(Instant now);
    void check(std::uint32_t number, Instant now);

    Rules rules_;
    Random random_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_;
    std::vector<List> ready_; ///< by load; the one that waits longest first
    std::deque<Waiting> queue_;
    std::uint64_t front_ = 0; ///< the place of the queue's first
    std::size_t gone_ = 0;    ///< in the queue, abandoned
    std::deque<Decision> pending_;
    std::vector<Instant> creations_; ///< soonest last
    ServiceTime service_;
    Instant last_dispatch_{};
    Instant check_at_ = Instant::max();
    std::optional<Instant> standing_since_;
    std::optional<Instant> expected_;
    std::array<std::size_t, 5> workers_{}, in_flight_{}; ///< by state
    std::function<bool(Request)> requester_gone_{};
    Figures counts_;
    Quantiles sojourn_, response_;
};

} // namespace layer_cake::pool
