#include <charconv>
#include <cli/realm_words.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <unistd.h>

namespace layer_cake::cli {
namespace {

std::string host_name() {
    char name[256] = "";
    ::gethostname(name, sizeof name - 1);
    return *name ? name : "localhost";
}

Result<void> read_servers(const Invocation& call, realm::NatsOptions& nats) {
    const auto given = call.options.find("nats");
    if (given == call.options.end()) return fail(Fault::invalid, "--realm needs --nats: where a NATS server is");
    for (const auto& list : given->second)
        for (const auto& text : split(list, ',')) {
            auto server = realm::parse_nats_server(text);
            if (!server) return fail(Fault::invalid, fmt::format("--nats: {}", server.error().detail));
            nats.servers.push_back(std::move(*server));
        }
    return layer_cake::ok();
}

} // namespace

Result<std::optional<realm::NatsRealm>> realm_of(const Invocation& call) {
    const auto name = call.value("realm");
    if (!name) {
        for (const auto& option : realm_options)
            if (call.has(option.name)) return fail(Fault::invalid, fmt::format("--{} needs --realm", option.name));
        return std::nullopt;
    }
    realm::NatsRealm made;
    if (auto fine = realm::check_realm_name(*name); !fine)
        return fail(Fault::invalid, fmt::format("--realm: {}", fine.error().detail));
    auto& member = made.member;
    member.realm = *name;
    member.node = host_name();
    member.site = call.value("site").value_or(member.node);
    member.host = call.value("realm-host").value_or("");
    if (const auto file = call.value("realm-key")) {
        auto key = realm::RealmKey::read(*file);
        if (!key) return fail(key.error().fault, fmt::format("--realm-key: {}", key.error().detail));
        member.key = std::move(*key);
    }
    if (const auto text = call.value("realm-port")) {
        const auto* last = text->data() + text->size();
        if (const auto [end, ec] = std::from_chars(text->data(), last, made.port); ec != std::errc() || end != last)
            return fail(Fault::invalid, fmt::format("--realm-port: \"{}\" is no port", *text));
    }
    const auto relay = call.value("relay").value_or("auto");
    made.relay = relay == "always"  ? realm::Relay::always
                 : relay == "never" ? realm::Relay::never
                                    : realm::Relay::automatic;
    if (auto read = read_servers(call, made.nats); !read) return fail(std::move(read).error());
    made.nats.credentials = call.value("nats-credentials").value_or("");
    made.nats.nkey = call.value("nats-nkey").value_or("");
    made.nats.ca = call.value("nats-tls-ca").value_or("");
    made.nats.certificate = call.value("nats-tls-certificate").value_or("");
    made.nats.key = call.value("nats-tls-key").value_or("");
    if (auto fine = realm::check(made.nats); !fine) return fail(std::move(fine).error());
    return made;
}

} // namespace layer_cake::cli
