#pragma once

#include <layer_cake/net/messages.hpp>
#include <layer_cake/object/object.hpp>
#include <layer_cake/object/self.hpp>
#include <memory>

/// Sessions over TCP and unix sockets: who listens and who connects.
///
/// A HostPort names a unix socket when its host is a path, that is, holds a `/`.
namespace layer_cake::net {

struct SessionKeys;

/// Of a far side's host, which has to be heard of within it or the connection is over; see watch_far_host().
inline constexpr Duration usual_lease = std::chrono::seconds(30);

struct ListenOptions {
    bool encrypted = false;           ///< a far side that does not ask for encryption is cut
    std::size_t connections = 16'384; ///< at a time; more are closed at once
    int frames_a_turn = 64;           ///< see SessionOptions
    Duration lease = usual_lease;
    std::shared_ptr<const SessionKeys> keys{}; ///< nothing: new ones for each session
};

/// Listens from now on; the value is there at once: Listening, or NotListening that says why not. `self` gets Accepted
/// with each connection, then what is sent to nobody in particular over it, in the end Closed.
///
///     auto listening = lc::listen(self, settings.public_address);
///     if (!listening) return listening.release();
///
/// Stop, sent to `controller_address`, ends the listening and closes what was accepted. So does the end of `self`.
/// A host is a number, `localhost` (or missing: 127.0.0.1) or a name of this machine, which is looked up and waited
/// for.
object::Answer<Listening> listen(object::Object& self, const type::HostPort& at, ListenOptions options = {});

struct ConnectOptions {
    bool encrypted = false;
    bool keep_alive = false; ///< see SessionOptions
    Duration patience = std::chrono::seconds(30);
    Duration lease = usual_lease;
    std::shared_ptr<const SessionKeys> keys{}; ///< nothing: whatever key the far side has
};

/// Connects, and does not wait for it: `self` gets Connected, whose `proxy_address` stands for the object that listens,
/// or NotConnected. Closed comes when it is over. Stop or Close, sent to the proxy, ends it.
void connect(object::Object& self, const type::HostPort& to, ConnectOptions options = {});

} // namespace layer_cake::net
