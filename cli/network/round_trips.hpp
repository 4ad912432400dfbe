#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/clock.hpp>
#include <optional>
#include <string>
#include <vector>

namespace layer_cake::cli::network {

/// What became of a series of pings: pure.
class RoundTrips {
public:
    /// How long the next one took; nothing when it was not answered.
    void add(std::optional<Duration> time) { times_.push_back(time); }

    std::size_t sent() const { return times_.size(); }
    std::size_t answered() const;
    double loss() const; ///< the part that was not answered, from 0 to 1

    /// Of those that were answered. Only when there are any.
    struct Figures {
        Duration least{}, mean{}, most{}, deviation{};
    };
    std::optional<Figures> figures() const;

    /// `[0] ... 0.005174s`, `[1] ... (timed out)`: the last one.
    std::string line() const;
    /// `4 sent, 3 answered, 25% lost`, and the least, mean, most and deviation in a second line.
    std::string summary() const;
    codec::Value to_json() const;

private:
    std::vector<std::optional<Duration>> times_;
};

} // namespace layer_cake::cli::network
