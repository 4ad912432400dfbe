#include <cli/commands.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/realm/key.hpp>
#include <layer_cake/realm/nkey.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "nkey", .help = "make the key of a NATS user instead, and print what the server is to know of it"},
};

Result<std::string> make_nkey(const std::string& file) {
    const auto seed = realm::make_nkey_seed();
    const Fd made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!made && errno == EEXIST) return fail(Fault::busy, fmt::format("\"{}\" is there already", file));
    if (!made) return fail(system_error(fmt::format("cannot make \"{}\"", file), errno));
    const auto line = seed + '\n';
    if (::write(made.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        return fail(system_error(fmt::format("cannot write \"{}\"", file), errno));
    return realm::nkey_of_seed(seed);
}

Result<int> run(Invocation& call) {
    if (call.words.size() != 1) return fail(Fault::invalid, "realm keygen needs the name of one file");
    const auto& file = call.words.front();
    if (call.has("nkey")) {
        const auto key = make_nkey(file);
        if (!key) return fail(key.error());
        call.out << *key << '\n';
        return Exit::ok;
    }
    const auto key = realm::RealmKey::generate();
    if (auto written = key.write(file); !written) return fail(std::move(written).error());
    call.out << key.fingerprint() << '\n';
    return Exit::ok;
}

} // namespace

constinit const Command realm_keygen{
    .name = "realm keygen",
    .words = "FILE",
    .summary = "make the key that a realm's announcements are signed with",
    .options = options,
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
