#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/object/object.hpp>
#include <memory>

namespace layer_cake::net {

struct SessionKeys;

struct SessionOptions {
    type::HostPort opened_ipp{}; ///< the far side's, for Closed and the log
    type::Address target{};      ///< gets what the far side sends to nobody in particular; the owner when nobody
    std::size_t queue_bytes = 16u << 20;       ///< that may wait to be sent; what comes beyond is refused as Overloaded
    Duration stall = std::chrono::seconds(30); ///< a far side that does not take within it what waits is cut
    int frames_a_turn = 64;  ///< that are taken; then what they brought is handled, and others have their turn
    bool obeys_stop = false; ///< the far side may stop objects whose address it has
    bool connecting = false; ///< this side made the connection
    bool encrypted = false;  ///< both sides have to want it; one that accepts encrypts when it is asked to, in any case
    bool keep_alive = false; ///< of the connecting side: both notice within some 70 s when the other is gone
    std::shared_ptr<const SessionKeys> keys{}; ///< of an encrypted one
    /// Makes what the owner is told when the session is open (Accepted, Connected); nothing when empty.
    std::function<type::Any(const type::Address& proxy)> opened{};
    /// Makes what the owner is told, in place of Closed, when it never opened; nothing when empty.
    std::function<type::Any(std::string why)> failed{};
};

/// Makes a session of a connected stream socket: a child of `owner`, on its thread, that stands for the far side. What
/// is sent to the returned address arrives at the far side's default target; what is sent to an address that came over
/// the session, at its object. What comes over it is delivered here, and answers to its return address travel back.
///
/// The owner gets Closed when the session is over, however that came; asks under way over it are answered with a fault,
/// `disconnected`. Close, or Stop, sent to the returned address ends it after what was sent before.
///
/// An address is good only on the session that issued it: the far side reaches the default target and those objects
/// whose addresses it got over this session. A far side that breaks a rule is cut (INBOUND_STREAMING) and logged.
///
/// Stop sent to an object at the far side travels there; the default is that it is not obeyed. Runtime messages of the
/// kind that only the runtime itself sends (Start, Returned, timers, Closed and the like) are never taken from outside.
type::Address open_session(object::Object& owner, Fd connected, SessionOptions options = {});

/// The same as a child of `parent`, on its thread; `owner` is told, and gets what is for nobody in particular.
type::Address open_session_for(object::Object& parent, const type::Address& owner, Fd connected,
                               SessionOptions options = {});

} // namespace layer_cake::net
