#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <optional>
#include <string>
#include <vector>

namespace layer_cake::realm {

/// Makes one connection to a host and port, of numbers only: nothing is looked up. On the loop's thread; destroying it
/// gives up.
class Dial {
public:
    /// @param done  gets the connection, or none; not from inside the constructor; may destroy the dial
    /// @param hosts  tried in turn
    Dial(Loop& loop, std::vector<std::string> hosts, std::uint16_t port, Duration patience,
         std::function<void(Fd connected)> done);

private:
    void next();
    void finish(Fd connected);

    Loop& loop_;
    std::vector<std::string> hosts_; ///< the next one last
    std::uint16_t port_;
    Duration patience_;
    std::function<void(Fd)> done_;
    Fd fd_;
    std::optional<Poll> poll_;
    Timer timer_;
};

} // namespace layer_cake::realm
