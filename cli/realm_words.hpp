#pragma once

#include <array>
#include <cli/command.hpp>
#include <layer_cake/realm/nats_realm.hpp>
#include <optional>

/// How the verbs that run directories are told which realm to join.
namespace layer_cake::cli {

inline constexpr Option realm_options[] = {
    {.name = "realm", .help = "join this realm of several sites, over NATS", .value = "NAME", .initials = false},
    {.name = "site",
     .help = "what people call this site (default the host's name)",
     .value = "NAME",
     .initials = false},
    {.name = "nats",
     .help = "NATS servers, any of which will do, as in nats://a:4222,nats://b:4222; may be given again",
     .value = "URL[,URL...]",
     .repeats = true,
     .initials = false},
    {.name = "realm-key",
     .help = "file of the realm's key, made with realm keygen",
     .value = "FILE",
     .initials = false,
     .completes = "files"},
    {.name = "realm-host",
     .help = "where this host is reached from other sites (default its address in the network)",
     .value = "ADDRESS",
     .initials = false},
    {.name = "realm-port",
     .help = "where other sites dial this one for sessions (default a free port)",
     .value = "PORT",
     .initials = false},
    {.name = "relay",
     .help = "how sessions cross to other sites (default auto: over NATS where neither can dial the other)",
     .value = "auto|always|never",
     .initials = false},
    {.name = "nats-credentials",
     .help = "file of NATS credentials (.creds)",
     .value = "FILE",
     .initials = false,
     .completes = "files"},
    {.name = "nats-nkey",
     .help = "file with the seed of a NATS key",
     .value = "FILE",
     .initials = false,
     .completes = "files"},
    {.name = "nats-tls-ca",
     .help = "certificates that NATS servers are trusted by (default those of the system)",
     .value = "FILE",
     .initials = false,
     .completes = "files"},
    {.name = "nats-tls-certificate",
     .help = "certificate to show to NATS servers",
     .value = "FILE",
     .initials = false,
     .completes = "files"},
    {.name = "nats-tls-key",
     .help = "key that belongs to it",
     .value = "FILE",
     .initials = false,
     .completes = "files"},
};

/// A verb's own options, and those.
template <std::size_t count>
constexpr auto with_realm_options(const Option (&own)[count]) {
    std::array<Option, count + std::size(realm_options)> all{};
    std::copy(std::begin(own), std::end(own), all.begin());
    std::copy(std::begin(realm_options), std::end(realm_options), all.begin() + count);
    return all;
}

/// What those options say; nothing without --realm. Fails with `invalid`, and as reading the key does.
Result<std::optional<realm::NatsRealm>> realm_of(const Invocation& call);

} // namespace layer_cake::cli
