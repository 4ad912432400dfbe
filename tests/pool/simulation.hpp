#pragma once

#include "tests/pool/policies.hpp"

#include <functional>
#include <random>
#include <string>

/// Requests, workers and time without any of them: events in order, on a clock of its own.
namespace overload {

enum class Service { constant, exponential, bimodal }; ///< bimodal: one of a hundred takes ten times as long

struct Scenario {
    Service service = Service::constant;
    int workers = 2;
    Duration service_time = std::chrono::milliseconds(5); ///< mean
    Duration responsiveness = std::chrono::milliseconds(100);
    Duration length = std::chrono::seconds(20);
    Duration from = std::chrono::seconds(2), until = length; ///< what arrives between them is counted
    std::function<double(Duration)> load;                    ///< offered at that time, in multiples of the capacity
    int retries = 0;                                         ///< after a refusal, or no answer within responsiveness
    Duration pause = std::chrono::milliseconds(10);          ///< before a retry
    std::function<double(Duration)> slowdown{};              ///< factor of service times at that time
    std::vector<Duration> deaths{};                          ///< one worker ends at each
    std::vector<Duration> hangs{};                           ///< one worker never answers again from each on
    std::uint64_t seed = 1;
    int window = 1; ///< requests that a worker takes at a time; it works on one
};

struct Outcome {
    double capacity = 0;   ///< a second
    double goodput = 0;    ///< answers within responsiveness, to the capacity; a request and its retries count once
    double answered = 0;   ///< answers, to the capacity
    Duration p50{}, p99{}; ///< of answers
    std::uint64_t offered = 0, refused = 0, late_refused = 0, silent = 0; ///< silent: never heard of again
    Duration last_refusal{};                                              ///< since the beginning
    Duration idle_with_queue{}; ///< how long a live worker had nothing to do while somebody waited
    std::uint64_t twice = 0;    ///< requests that were told twice
};

Outcome simulate(Policy& policy, const Scenario& scenario);

Admission::Rules rules_for(const Scenario& scenario);
std::unique_ptr<Policy> ours(const Scenario& scenario);
std::unique_ptr<Policy> predecessor(const Scenario& scenario);
std::unique_ptr<Policy> plain_queue();

/// The same load all the time.
std::function<double(Duration)> steady(double load);

} // namespace overload
