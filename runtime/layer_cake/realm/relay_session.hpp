#pragma once

#include <deque>
#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/realm/relay_cipher.hpp>
#include <layer_cake/realm/relay_flow.hpp>
#include <optional>
#include <span>

namespace layer_cake::realm {

/// What a session needs to know of its far end.
struct RelayPeer {
    std::string session;              ///< its word in subjects
    type::Block key;                  ///< of the far gateway; empty: nothing is sealed
    std::size_t longest = 256u << 10; ///< bytes of one message
    /// Sends one, which it may move from. Fails with `busy` when it is to be tried again a little later, as it is.
    std::function<Result<void>(std::string& message)> send;
    std::function<void(const std::string& why)> over; ///< last; not from inside a call, and may destroy it
};

/// One relayed session at one of its ends: a connection with a process of this site, and messages with the gateway of
/// another. Belongs to the loop's thread.
///
///     opener     got the connection; sends open, and waits for opened
///     accepter   got an open; makes the connection, and sends opened
///     both       bytes cross, as far as the other end has said that it has room; an end of either direction crosses
///     over       when both directions have ended, the connection breaks, a message is missing, one is not authentic,
///                or nothing was heard for four ticks; the far end is told, if it can be
///
/// What a broken session has passed on is a beginning of what was sent, without a gap.
class RelaySession {
public:
    static constexpr std::size_t window = 4u << 20; ///< bytes under way to this end

    RelaySession(Loop& loop, RelayPeer peer);
    ~RelaySession();
    RelaySession(const RelaySession&) = delete;
    RelaySession& operator=(const RelaySession&) = delete;

    /// The opener's first step. @param complete  fills in who asks for what, and signs it
    void open(Fd connection, const std::function<std::string(std::uint64_t takes, const type::Block& key)>& complete);
    /// The accepter's: the connection has been made. @param own  the gateway's keys, when it is sealed
    void accept(Fd connection, const RelayOpen& asked, const RelayKeys* own);
    /// A message of the far end, but the open. It is opened where it stands.
    void received(std::span<char> bytes);
    /// From time to time: says that it is there, and counts how long the far end has not said so.
    void tick(bool can_hear);
    /// After `busy`: there is room again, as the session would find out by itself a little later.
    void can_send();
    /// What it was sent by is gone, which does not matter when everything has been said.
    void way_lost();
    /// Ends it, telling the far end why.
    void close(const std::string& why);

    bool is_waiting() const { return state_ == State::waiting; } ///< for the far end to open it

private:
    enum class State { waiting, open, over };

    void take(const RelayMessage& message, std::string_view body);
    void begin_to_cross(std::uint64_t takes);
    void post(RelayMessage::Kind kind, std::string_view body);
    void send_outbox();
    void watch();
    void on_ready(int events);
    void read();
    void write();
    std::size_t write_now(std::string_view bytes);
    void look_whether_over();
    void fail(const std::string& why);
    void finish(const std::string& why);
    bool reads() const;
    std::size_t chunk() const;

    Loop& loop_;
    RelayPeer peer_;
    State state_ = State::waiting;
    RelayFlow flow_{window};
    std::unique_ptr<RelayKeys> keys_; ///< of this session, when it is sealed
    RelayCipher cipher_;
    bool sealed_ = false; ///< from now on

    Fd fd_;
    std::optional<Poll> poll_;
    Timer retry_;
    int watched_ = 0;
    std::string out_; ///< for the connection
    std::size_t written_ = 0;
    std::deque<std::string> outbox_; ///< for the far end, that could not be sent at once
    bool in_ended_ = false;          ///< nothing more comes from the connection
    bool far_ended_ = false;         ///< nor from the far end
    bool finished_ = false;          ///< and the connection has been told so
    bool spoke_ = false;             ///< since the last tick
    int silent_ticks_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace layer_cake::realm
