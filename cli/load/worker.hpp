#pragma once

#include <cli/load/generator.hpp>
#include <layer_cake/core/fd.hpp>

namespace layer_cake::cli::load {

/// How often a worker reports: the interval of the rows, in equal parts of a quarter of a second at most.
Duration tick_of(const Plan& plan);
std::uint64_t ticks_of_interval(const Plan& plan);

/// The life of a forked process that generates a share of the load, and says what has happened on a pipe, a JSON line
/// each tick:
///
///     {"tick": 3, "in_flight": 8, "waiting": 0, "elapsed": NANOSECONDS, "phases": [TALLY, ...], "words": {KIND: TEXT}}
///
/// While its reader is slow it reports less often, and loses nothing. The last line has `"end": true`. SIGTERM ends it
/// early; SIGINT, which a terminal sends to all, is left to the parent. Returns the exit status.
int work(const Plan& plan, const net::ServerPlace& server, Generator::Share share, Fd pipe);

} // namespace layer_cake::cli::load
