#pragma once

#include <array>
#include <cli/load/plan.hpp>
#include <cli/load/precise_timer.hpp>
#include <cli/load/request_texts.hpp>
#include <cli/load/tally.hpp>
#include <deque>
#include <functional>
#include <layer_cake/net/channel.hpp>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <vector>

namespace layer_cake::cli::load {

/// The clients of one process, on one loop.
///
/// In the closed loop each client has a connection of its own. In the open loop a request takes an idle connection, or
/// a new one while there are fewer than the plan allows, else it waits; its time counts from when it was due all the
/// same. What has waited for `timeout` is not sent, and a connection that has not answered for so long is closed.
/// Requests are tried again while the schedule lasts. Limit: a million requests wait for a connection, and a million
/// for their next try; beyond that they are not sent, or not tried again.
class Generator {
public:
    struct Share {
        unsigned process = 0;   ///< this one ...
        unsigned processes = 1; ///< ... of so many
        Instant start;          ///< of the schedule, common to all
    };

    /// @param plan, server  as long as the generator
    /// @param finished  called once, from the loop, when all requests have an outcome
    Generator(Loop& loop, const Plan& plan, const net::ServerPlace& server, Share share,
              std::function<void()> finished);
    ~Generator();

    void start();
    /// Ends it: what is under way is forgotten.
    void stop();

    /// What has happened since the last call, by phase (one in the closed loop).
    std::vector<Tally> take();
    std::size_t in_flight() const { return in_flight_; }
    std::size_t waiting() const { return waiting_.size(); }
    /// The first words of each kind of failure: why a connection was refused, which table was wrong.
    const std::array<std::string, kinds>& words() const { return words_; }

private:
    struct Job {
        Instant due, first; ///< this try, the first one
        unsigned tries = 0; ///< before this one
        std::size_t client = 0;
        std::size_t phase = 0;
        TableSize size;
    };
    struct Later {
        bool operator()(const Job& a, const Job& b) const { return a.due > b.due; }
    };
    class Slot;
    static constexpr std::size_t most_waiting = 1'000'000;

    Job new_job(Instant due, std::size_t client, std::size_t phase);
    void pump();
    void submit(Job job, Instant now);
    void send(Slot& slot, Job job, Instant now);
    void answered(Slot& slot, Result<void> result);
    Kind judge(Slot& slot, const Result<void>& result);
    void settle(Slot& slot, Kind kind, Instant now);
    void record(const Job& job, Kind kind, Instant now);
    void follow(Slot& slot, const Job& job, Kind kind, Instant now);
    void next_of_client(std::size_t client, Kind kind, Instant now);
    void expire();
    void arm();
    void end_if_done();
    bool over(Instant now) const { return plan_.duration > Duration() && now >= end_; }
    Duration varied(Duration pause);

    Loop& loop_;
    const Plan& plan_;
    const net::ServerPlace& server_;
    Share share_;
    std::function<void()> finished_;
    Instant end_;
    RequestTexts texts_;
    net::HttpChannel::Manner manner_;
    std::mt19937_64 engine_;
    std::optional<Arrivals> arrivals_;
    std::optional<Instant> arrival_; ///< the next one
    std::size_t most_slots_ = 0;
    std::vector<std::unique_ptr<Slot>> slots_;
    std::vector<Slot*> idle_;
    std::vector<std::uint64_t> left_;                         ///< requests of each client
    std::deque<Job> waiting_;                                 ///< due, and no connection is free
    std::priority_queue<Job, std::vector<Job>, Later> later_; ///< pauses and tries to come
    std::size_t in_flight_ = 0;
    std::vector<Tally> tallies_;
    std::array<std::string, kinds> words_;
    PreciseTimer wake_;
    Timer sweep_;
    bool begun_ = false, stopped_ = false;
};

} // namespace layer_cake::cli::load
