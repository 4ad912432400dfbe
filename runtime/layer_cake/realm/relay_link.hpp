#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/core/result.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace layer_cake::realm {

/// A connection between two gateways that carries the messages of one session, instead of the carrier: each behind its
/// length, of four bytes, low ones first. It knows nothing of what they say. Belongs to the loop's thread.
class RelayLink {
public:
    static constexpr std::size_t first_longest = 4u << 10; ///< bytes of the first message that comes in
    static constexpr std::size_t longest = 192u << 10;     ///< and of the others
    static constexpr std::size_t most_waiting = 1u << 20;  ///< bytes to be sent, beyond which there is no room

    struct Events {
        /// May destroy the link, or give it other events. It is there during the call only.
        std::function<void(std::span<char> message)> received;
        std::function<void()> lost{}; ///< the last one, which may destroy it
        std::function<void()> has_room{};
    };

    /// @param patience  until the first message has come; without one the link is lost
    RelayLink(Loop& loop, Fd connection, Duration patience, Events events);
    ~RelayLink();
    RelayLink(const RelayLink&) = delete;
    RelayLink& operator=(const RelayLink&) = delete;

    void listen(Events events) { events_ = std::make_shared<Events>(std::move(events)); }

    /// Fails with `busy` when too much waits: `has_room` tells when to try again; with `disconnected` when it is lost.
    Result<void> send(std::string_view message);

    /// Sends what waits, and then no more; what comes in is not looked at. It is lost when the other side has left,
    /// too, or after that time.
    void leave(Duration patience, std::function<void()> lost);
    bool is_lost() const { return !fd_; }

private:
    void on_ready(int events);
    void read();
    void write();
    void watch();
    std::size_t write_now(std::string_view first, std::string_view second);
    bool split_messages();
    void lose();

    Fd fd_;
    std::shared_ptr<Events> events_; ///< shared with the call that is under way
    Poll poll_;
    Timer patience_;
    int watched_ = 0;
    std::string in_, out_;
    std::size_t written_ = 0; ///< of what is in out_
    bool is_first_ = true, is_leaving_ = false, was_full_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace layer_cake::realm
