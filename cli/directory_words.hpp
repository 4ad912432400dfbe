#pragma once

#include <cli/command.hpp>
#include <layer_cake/directory/enquiry.hpp>
#include <layer_cake/net/session_keys.hpp>
#include <layer_cake/type/messages.hpp>
#include <optional>
#include <string_view>

/// How the verbs that have to do with directories name them.
namespace layer_cake::cli {

/// The value of an address option: `host:port`, the path of a unix socket, or the predecessor's {"host": "...", "port":
/// 54195}. Nothing when it was not given; fails with `invalid`.
Result<std::optional<type::HostPort>> address_option(const Invocation& call, std::string_view name);

/// The value of an option that is true without one: `--encrypted-directory`, `--encrypted-directory=false`. Fails with
/// `invalid`.
Result<bool> flag_option(const Invocation& call, std::string_view name);

/// The value of a key option, else LAYER_CAKE_LAN_KEY: the public key of the directory of the LAN, as it says it when
/// it starts. Nothing without either; fails with `invalid`.
Result<std::optional<net::Key>> key_option(const Invocation& call, std::string_view name);

/// Where the directory of this LAN is: LAYER_CAKE_LAN, else where this host's address says. Nothing when neither does;
/// fails with `invalid` when the variable is no address.
Result<std::optional<type::HostPort>> lan_directory();

/// Of whom `network` and `ping` enquire: `--connect-to-directory`; else the directory that `--open-scope` names: of
/// this host (the default), of the group of the home, of the LAN, or of the realm, by way of the LAN's. Fails with
/// `invalid`; with `not_running` when the group does not run.
Result<directory::Enquiry> enquiry_option(const Invocation& call);

/// `cannot ping "c2d3": ` before what went wrong, and behind it what to do when this host has no directory.
Error cannot_enquire(const Invocation& call, std::string_view doing, Error error);

} // namespace layer_cake::cli
