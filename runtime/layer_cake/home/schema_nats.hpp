#pragma once

#include <layer_cake/home/nats_rules.hpp>
#include <layer_cake/home/schema_bind.hpp>

/// The rows of `directory.realm` and of `nats`.
namespace layer_cake::home {

// clang-format off
constexpr Key nats_tls_keys[] = {
    {.name = "required", .kind = Kind::boolean, .help = "Refuse a server without TLS, as tls:// in its address does; one that wants TLS gets it in any case.",
     .fallback = "false", .bind = into<Kind::boolean, &NatsRules::Tls::required>},
    {.name = "ca", .kind = Kind::text, .help = "File of the certificates that servers are trusted by; without the key those of the system.",
     .example = "ca.pem", .bind = into<Kind::text, &NatsRules::Tls::ca>},
    {.name = "certificate", .kind = Kind::text, .help = "File of the certificate to show to servers that ask for one.",
     .example = "north.pem", .bind = into<Kind::text, &NatsRules::Tls::certificate>},
    {.name = "key", .kind = Kind::text, .help = "File of the key that belongs to it.",
     .example = "north-key.pem", .bind = into<Kind::text, &NatsRules::Tls::key>},
};

// How NATS is reached; the names of files are relative to the group's folder.
constexpr Key nats_credentials{.name = "credentials", .kind = Kind::text, .help = "File of NATS credentials (.creds): who the connection is from.",
    .example = "shop.creds", .bind = into<Kind::text, &NatsRules::credentials>};
constexpr Key nats_nkey{.name = "nkey", .kind = Kind::text, .help = "File with the seed of a NATS key, in place of credentials.",
    .example = "north.nk", .bind = into<Kind::text, &NatsRules::nkey>};
constexpr Key nats_user{.name = "user", .kind = Kind::text, .help = "Name of a NATS user, in place of credentials.",
    .example = "north", .bind = into<Kind::text, &NatsRules::user>};
constexpr Key nats_password{.name = "password", .kind = Kind::text, .help = "The user's password.",
    .example = "${NATS_PASSWORD}", .bind = into<Kind::text, &NatsRules::password>};
constexpr Key nats_token{.name = "token", .kind = Kind::text, .help = "A NATS token, in place of credentials.",
    .example = "${NATS_TOKEN}", .bind = into<Kind::text, &NatsRules::token>};
constexpr Key nats_tls{.name = "tls", .kind = Kind::section, .help = "How connections to NATS servers are encrypted.",
    .keys = nats_tls_keys, .example = "{ca: ca.pem}", .bind = into_section<&NatsRules::tls>};
constexpr Key realm_servers{.name = "nats", .kind = Kind::words, .help = "NATS servers, any of which will do.",
    .example = "[\"nats://a.example:4222\", \"nats://b.example:4222\"]", .bind = into<Kind::words, &NatsRules::servers>};
constexpr Key bridge_servers{.name = "servers", .kind = Kind::words, .help = "NATS servers, any of which will do.",
    .example = "[\"nats://a.example:4222\"]", .bind = into<Kind::words, &NatsRules::servers>};

constexpr Key bound_to_realm_nats[] = {realm_servers, nats_credentials, nats_nkey, nats_user, nats_password, nats_token, nats_tls};
constexpr Key bound_to_bridge_nats[] = {bridge_servers, nats_credentials, nats_nkey, nats_user, nats_password, nats_token, nats_tls};

constexpr std::string_view relay_words[] = {"auto", "always", "never"};
constexpr Key realm_name{.name = "name", .kind = Kind::text, .help = "Name of the realm: letters, digits, - and _.", .example = "shop",
    .bind = into<Kind::text, &RealmRules::name>};
constexpr Key realm_site{.name = "site", .kind = Kind::text, .help = "What people call this site; by default the host's name.", .example = "north",
    .bind = into<Kind::text, &RealmRules::site>};
constexpr Key realm_key{.name = "key", .kind = Kind::text,
    .help = "File of the realm's key, made with layer-cake realm keygen: announcements are signed with it, and others are refused; without the key all who reach the NATS servers are believed.",
    .example = "shop.key", .bind = into<Kind::text, &RealmRules::key>};
constexpr Key realm_host{.name = "host", .kind = Kind::text, .help = "Where this host is reached from other sites; by default its address in the network.",
    .example = "192.0.2.7", .bind = into<Kind::text, &RealmRules::host>};
constexpr Key realm_relay{.name = "relay", .kind = Kind::choice,
    .help = "How sessions cross to other sites: auto goes directly where one site can dial the other, and over NATS where neither can; always goes over NATS; with never processes dial each other themselves, which the realm's key does not protect.",
    .fallback = "auto", .choices = relay_words, .bind = into<Kind::choice, &RealmRules::relay>};
constexpr Key realm_port{.name = "port", .kind = Kind::integer, .help = "Where other sites dial this one for sessions, at all addresses of this host, in a realm with a key; 0 is a free port.",
    .fallback = "0", .least = 0, .most = 65'535, .bind = into<Kind::integer, &RealmRules::port>};
constexpr Key bound_to_realm[] = {realm_name, realm_site, realm_key, realm_host, realm_port, realm_relay};

constexpr Key realm_keys[] = {
    realm_name, realm_site, realm_servers, nats_credentials, nats_nkey, nats_user, nats_password, nats_token, nats_tls,
    realm_key, realm_host, realm_port, realm_relay,
};

constexpr Key nats_route_keys[] = {
    {.name = "subject", .kind = Kind::text, .help = "Subject of the requests: words joined by dots.", .example = "shop.thumbnail",
     .bind = into<Kind::text, &NatsRoute::subject>},
    {.name = "pool", .kind = Kind::text, .help = "The pool that answers them.", .example = "thumbs",
     .bind = into<Kind::text, &NatsRoute::pool>},
};

constexpr Key bridge_keys[] = {
    bridge_servers, nats_credentials, nats_nkey, nats_user, nats_password, nats_token, nats_tls,
    {.name = "routes", .kind = Kind::sections,
     .help = "Which requests go to which pool: a request's text goes to a worker as that of a POST would, the answer's text comes back; what the endpoint would answer with another status than 200 is an error of a NATS service, with that status as its code.",
     .keys = nats_route_keys, .example = "[{subject: shop.thumbnail, pool: thumbs}]"},
};
// clang-format on

} // namespace layer_cake::home
