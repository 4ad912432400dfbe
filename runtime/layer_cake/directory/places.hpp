#pragma once

#include <layer_cake/core/clock.hpp>
#include <layer_cake/directory/scope.hpp>
#include <layer_cake/type/messages.hpp>

/// Where directories are when nobody says otherwise; as the predecessor has it.
namespace layer_cake::directory {

constexpr int directory_port = 54'195;

/// Where a node of that scope accepts those below it: a host's at 127.0.0.1:54195, a LAN's at 0.0.0.0:54195, others at
/// a port of the system's choice, on 127.0.0.1.
type::HostPort usual_place(Scope scope);

/// Where a supervisor has its roles connect: LAYER_CAKE_DIRECTORY, `host:port` or the path of a unix socket.
std::optional<type::HostPort> named_parent();

/// `127.0.0.1:54195`, `[::1]:54195`, or a path; nothing when it is none of them.
std::optional<type::HostPort> parse_place(std::string_view text);

/// Where the node above one of that scope is expected: the host's for a process and a group; for a host the station 195
/// of the private network that it is in (10.0.0.195, 172.16.0.195, 192.168.0.195); nothing when it is in none, and for
/// a LAN.
std::optional<type::HostPort> usual_parent(Scope scope);
/// The same for a host of that address.
std::optional<type::HostPort> lan_station(const std::string& address);

/// This host's address in the network, of IPv6 when it has no other; empty when it is in none. Sends nothing.
std::string primary_address();

/// Whether that is this host: connections are not kept alive then.
bool is_loopback(const type::HostPort& place);

/// How long a node at that place is tried for, and the longest that is waited before it is tried again: 2 s and 3 s in
/// a private network, so that all are back within 5 s when it has been cut; 2 s and 8 s on this host, 30 s and 120 s
/// anywhere else.
Duration patience_with(const type::HostPort& place);
Duration longest_delay(const type::HostPort& place);

} // namespace layer_cake::directory
