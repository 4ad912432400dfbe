#pragma once

#include <chrono>
#include <string>

/// What objects are measured against, and how. Each runs its work once and gives the seconds or the rate that
/// objects.cpp prints.
namespace bench {

using Steady = std::chrono::steady_clock;

inline const std::string text(100, 'x');

inline double since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

double bare_round_trips(long count); ///< the limit of one thread: a queue of targets with owned strings
double bare_one_way(long count);
double swap_one_way(long count); ///< between two threads: a queue that is swapped whole
double condition_round_trips(long count);
double uv_round_trips(long count); ///< uv_async_send both ways
double caf_round_trips(long count, const std::string& text);
double caf_one_way(long count, const std::string& text);

} // namespace bench
