#include <fmt/format.h>
#include <layer_cake/supervise/nats_rules.hpp>
#include <unistd.h>

namespace layer_cake::supervise {

Result<realm::NatsOptions> nats_options(const home::NatsRules& rules, std::string_view section) {
    const auto wrong = [&](const Error& error) {
        return fail(Fault::invalid, fmt::format("{}: {}", section, error.detail));
    };
    realm::NatsOptions made;
    for (const auto& text : rules.servers) {
        auto server = realm::parse_nats_server(text);
        if (!server) return wrong(server.error());
        made.servers.push_back(std::move(*server));
    }
    made.credentials = rules.credentials;
    made.nkey = rules.nkey;
    made.user = rules.user;
    made.password = rules.password;
    made.token = rules.token;
    made.tls = rules.tls.required;
    made.ca = rules.tls.ca;
    made.certificate = rules.tls.certificate;
    made.key = rules.tls.key;
    if (auto fine = realm::check(made); !fine) return wrong(fine.error());
    return made;
}

Result<realm::NatsRealm> nats_realm(const home::RealmRules& rules) {
    constexpr std::string_view section = "directory.realm";
    const auto wrong = [&](const Error& error) {
        return fail(error.fault, fmt::format("{}: {}", section, error.detail));
    };
    if (auto fine = realm::check_realm_name(rules.name); !fine) return wrong(fine.error());
    auto nats = nats_options(rules.nats, section);
    if (!nats) return fail(std::move(nats).error());
    realm::NatsRealm made;
    made.nats = std::move(*nats);
    made.relay = static_cast<realm::Relay>(rules.relay);
    made.port = rules.port;
    char name[256] = "";
    ::gethostname(name, sizeof name - 1);
    made.member.realm = rules.name;
    made.member.node = *name ? name : "localhost";
    made.member.site = rules.site.empty() ? made.member.node : rules.site;
    made.member.host = rules.host;
    if (!rules.key.empty()) {
        auto key = realm::RealmKey::read(rules.key);
        if (!key) return wrong(key.error());
        made.member.key = std::move(*key);
    }
    return made;
}

} // namespace layer_cake::supervise
