#pragma once

#include <layer_cake/net/messages.hpp>
#include <layer_cake/object/object.hpp>
#include <layer_cake/object/self.hpp>

/// Sessions over TCP and unix sockets: who listens and who connects.
///
/// A HostPort names a unix socket when its host is a path, that is, holds a `/`.
namespace layer_cake::net {

struct ListenOptions {
    bool encrypted = false;           ///< a far side that does not ask for encryption is cut
    std::size_t connections = 16'384; ///< at a time; more are closed at once
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
};

/// Connects, and does not wait for it: `self` gets Connected, whose `proxy_address` stands for the object that listens,
/// or NotConnected. Closed comes when it is over. Stop or Close, sent to the proxy, ends it.
void connect(object::Object& self, const type::HostPort& to, ConnectOptions options = {});

} // namespace layer_cake::net
