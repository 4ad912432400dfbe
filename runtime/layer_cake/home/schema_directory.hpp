#pragma once

#include <layer_cake/home/directory_rules.hpp>
#include <layer_cake/home/schema_bind.hpp>
#include <layer_cake/home/schema_nats.hpp>

/// The rows of `directory`, and what others have to do with it.
namespace layer_cake::home {

// clang-format off
constexpr std::string_view name_scopes[] = {"group", "host", "lan", "realm"};

constexpr Key directory_keys[] = {
    {.name = "scope", .kind = Kind::choice,
     .help = "How far up names of this group go, whatever scope they are published with: group keeps them here.",
     .fallback = "realm", .choices = name_scopes, .bind = into<Kind::choice, &DirectoryRules::scope>},
    {.name = "connect", .kind = Kind::host_port,
     .help = "The directory above the group's, which is connected to from the start; without one of these keys it is the host's, at 127.0.0.1:54195, from the first name on that is to be visible there.",
     .example = "127.0.0.1:54195", .bind = into<Kind::host_port, &DirectoryRules::connect>},
    {.name = "at_host", .kind = Kind::host_port, .help = "The same: where the directory of the host listens.",
     .example = "127.0.0.1:54195", .bind = into<Kind::host_port, &DirectoryRules::at_host>},
    {.name = "at_lan", .kind = Kind::host_port, .help = "The same for a group without a directory of its host in between: where that of the LAN listens.",
     .example = "10.0.0.195:54195", .bind = into<Kind::host_port, &DirectoryRules::at_lan>},
    {.name = "lan_key", .kind = Kind::text,
     .help = "The key that the directory at at_lan has to have, 64 hexadecimal digits, as layer-cake lan --key-file says it: the connection is encrypted with it, and ended when the other side has another.",
     .example = "${LAN_KEY}", .bind = into<Kind::text, &DirectoryRules::lan_key>},
    {.name = "listen", .kind = Kind::host_port,
     .help = "Where directories of processes may connect to, besides directory.sock in the home; for processes that are no roles.",
     .example = "127.0.0.1:54200", .bind = into<Kind::host_port, &DirectoryRules::listen>},
    {.name = "encrypted", .kind = Kind::boolean, .help = "Whether the connections to the directory above and at listen are encrypted.",
     .fallback = "false", .bind = into<Kind::boolean, &DirectoryRules::encrypted>},
    {.name = "realm", .kind = Kind::section,
     .help = "The realm of several sites that the group's directory joins itself, over NATS; for a group without a directory of its LAN or host that does.",
     .keys = realm_keys},
};

constexpr Key port_keys[] = {
    {.name = "port", .kind = Kind::port, .help = "Its number, or auto for a free one.", .fallback = "auto"},
    {.name = "publish", .kind = Kind::text,
     .help = "The name under which the port is published while the role is ready; a replica adds a dash and its number.", .example = "shop.web"},
    {.name = "scope", .kind = Kind::choice, .help = "How far up the directory the name is visible.", .fallback = "host", .choices = name_scopes},
};

constexpr Key named_address_keys[] = {
    {.name = "name", .kind = Kind::text, .help = "The name whose address is wanted.", .example = "shop.db"},
    {.name = "scope", .kind = Kind::choice, .help = "How far up the directory it is looked for.", .fallback = "host", .choices = name_scopes},
};
// clang-format on

} // namespace layer_cake::home
