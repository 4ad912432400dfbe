#include <cli/commands.hpp>
#include <cli/directory_words.hpp>
#include <cli/realm_words.hpp>
#include <cli/serve_directory.hpp>
#include <layer_cake/directory/places.hpp>

namespace layer_cake::cli {
namespace {

constexpr Option own_options[] = {
    {.name = "directory-at-host", .help = "where to listen (default 127.0.0.1:54195)", .value = "ADDRESS"},
    {.name = "directory-at-lan", .help = "the directory of the LAN, to be connected to at once", .value = "ADDRESS"},
    {.name = "connect-to-directory", .help = "the same, for any directory above", .value = "ADDRESS"},
    {.name = "encrypted-directory", .help = "encrypt connections, above and below", .value = "[BOOL]"},
    {.name = "lan-key",
     .help = "encrypt the connection to the directory of the LAN, which has to have this key",
     .value = "KEY"},
    {.name = "announced", .help = "connect to the directory of the LAN that announces itself"},
};
constexpr auto options = with_realm_options(own_options);

Result<int> run(Invocation& call) {
    ServedDirectory served;
    served.node.scope = directory::Scope::HOST;
    served.node.executable = "host-cake";
    const auto at = address_option(call, "directory-at-host");
    if (!at) return fail(at.error());
    served.node.accept_at = at->value_or(directory::usual_place(directory::Scope::HOST));
    for (const auto name : {"connect-to-directory", "directory-at-lan"}) {
        const auto above = address_option(call, name);
        if (!above) return fail(above.error());
        if (*above) served.node.connect_to = **above;
    }
    const auto encrypted = flag_option(call, "encrypted-directory");
    if (!encrypted) return fail(encrypted.error());
    served.node.encrypted = *encrypted;
    const auto key = key_option(call, "lan-key");
    if (!key) return fail(key.error());
    if (*key) served.node.keys = std::make_shared<net::SessionKeys>(net::SessionKeys{{}, **key});
    auto realm = realm_of(call);
    if (!realm) return fail(std::move(realm).error());
    if (*realm && (served.node.connect_to || call.has("announced")))
        return fail(Fault::invalid, "--realm: the directory above joins the realm, if there is one");
    if (*realm) {
        served.join(std::move(**realm));
        return serve_directory(call, served);
    }
    if (served.node.connect_to) return serve_directory(call, served);

    const auto lan = lan_directory();
    if (!lan) return fail(lan.error());
    served.listens = call.has("announced");
    if (served.listens)
        served.node.automatic = false;
    else if (*lan != directory::usual_parent(directory::Scope::HOST))
        served.node.connect_to = *lan;
    return serve_directory(call, served);
}

} // namespace

constinit const Command host_command{
    .name = "host",
    .words = "",
    .summary = "be the directory of this host, in which names are published and found",
    .options = options,
    .run = run,
};

} // namespace layer_cake::cli
