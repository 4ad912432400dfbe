#pragma once

#include <cstdint>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/result.hpp>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

/// When requests are due in an open loop: a schedule made beforehand, which no answer can hold up.
namespace layer_cake::cli::load {

/// A stretch of the schedule: requests a second at its start and at its end, linear between.
struct Phase {
    double from = 0;
    double to = 0;
    Duration span{};
};

/// Reads `RATE[..RATE][@SPAN],...`: `200`, `100,200,400@10s`, `100@5s,1000@500ms`, `0..1000@30s`. A rate is a number a
/// second; `/s`, `/m` or `/h` may follow. A phase without a span lasts as long as the next one that has one; when none
/// follows, all of `whole`. Limits: 1000 phases, 10 million a second.
/// Fails with `invalid`, naming the text and the rule.
Result<std::vector<Phase>> parse_rates(std::string_view text, Duration whole);

Duration length_of(const std::vector<Phase>& phases);

/// The due times of one process's share, from the start of the schedule. The phases are repeated until `whole` is over.
///
/// Poisson: the gaps of each process are exponential, and so are those of all together. Constant: the processes
/// take turns in one even schedule.
class Arrivals {
public:
    struct Rules {
        std::vector<Phase> phases;
        Duration whole{};
        bool constant = false;
        unsigned process = 0;   ///< this one ...
        unsigned processes = 1; ///< ... of so many
        std::uint64_t seed = 1;
    };
    explicit Arrivals(Rules rules);

    /// The next due time, later than the one before or the same; nothing when the schedule is over.
    std::optional<Duration> next();
    /// The phase that the last one was in.
    std::size_t phase() const { return phase_; }

private:
    double step();

    Rules rules_;
    std::mt19937_64 engine_;
    std::exponential_distribution<double> gap_{1.0};
    double whole_ = 0;
    double begun_ = 0;  ///< seconds at which the phase begins
    double inside_ = 0; ///< requests due in it so far, a fraction included
    std::size_t phase_ = 0;
    bool first_ = true;
};

} // namespace layer_cake::cli::load
