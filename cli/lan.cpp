#include <cli/commands.hpp>
#include <cli/directory_words.hpp>
#include <cli/realm_words.hpp>
#include <cli/serve_directory.hpp>
#include <layer_cake/directory/places.hpp>

namespace layer_cake::cli {
namespace {

constexpr Option own_options[] = {
    {.name = "directory-at-lan", .help = "where to listen (default 0.0.0.0:54195)", .value = "ADDRESS"},
    {.name = "encrypted-directory", .help = "encrypt the connections", .value = "[BOOL]"},
    {.name = "key-file",
     .help = "encrypt, with the key in this file, which is made when it is missing",
     .value = "FILE"},
    {.name = "announce", .help = "say to the network where it is, by multicast"},
};
constexpr auto options = with_realm_options(own_options);

Result<int> run(Invocation& call) {
    ServedDirectory served;
    served.node.scope = directory::Scope::LAN;
    served.node.executable = "lan-cake";
    served.node.automatic = false;
    const auto at = address_option(call, "directory-at-lan");
    if (!at) return fail(at.error());
    served.node.accept_at = at->value_or(directory::usual_place(directory::Scope::LAN));
    const auto encrypted = flag_option(call, "encrypted-directory");
    if (!encrypted) return fail(encrypted.error());
    served.node.encrypted = *encrypted || call.has("key-file");
    if (const auto file = call.value("key-file")) {
        const auto key = net::keep_key(*file);
        if (!key) return fail(key.error());
        served.node.keys = std::make_shared<net::SessionKeys>(net::SessionKeys{*key, {}});
    }
    served.announces = call.has("announce");
    auto realm = realm_of(call);
    if (!realm) return fail(std::move(realm).error());
    if (*realm) served.join(std::move(**realm));
    return serve_directory(call, served);
}

} // namespace

constinit const Command lan_command{
    .name = "lan",
    .words = "",
    .summary = "be the directory of the local network, for the directories of its hosts",
    .options = options,
    .run = run,
};

} // namespace layer_cake::cli
