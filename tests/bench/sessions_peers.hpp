#pragma once

#include <chrono>
#include <string>

/// What sessions are measured against: messages of 100 bytes to a child process. Each gives a rate.
namespace bench {

using Steady = std::chrono::steady_clock;

inline const std::string text(100, 'x');

inline double since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

double bare_round_trips(long count, long depth); ///< libuv pipes, nothing above them
double zmq_round_trips(long count);
double zmq_one_way(long count);

} // namespace bench
