#pragma once

#include <functional>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <memory>

namespace layer_cake::net {

/// Accepts connections at an endpoint, on a loop.
///
/// Without a free descriptor (EMFILE) a spare one is spent to accept and close
/// at once: the client learns, and the loop does not spin.
class Listener {
public:
    /// @param accepted  gets each new, non-blocking connection; may destroy the listener
    static Result<std::unique_ptr<Listener>> open(Loop& loop, const Endpoint& endpoint,
                                                  std::function<void(Fd)> accepted);

    std::uint16_t port() const { return port_; }

private:
    Listener(Loop& loop, Fd socket, std::optional<UnixListener> file, std::function<void(Fd)> accepted);
    void wait();
    void accept_some();
    bool refuse_one();

    std::optional<UnixListener> file_;
    Fd socket_, spare_;
    Poll poll_;
    Timer pause_;
    std::shared_ptr<std::function<void(Fd)>> accepted_; ///< shared: the call outlives a listener destroyed in it
    std::shared_ptr<bool> alive_;
    std::uint16_t port_ = 0;
};

} // namespace layer_cake::net
