#include <algorithm>
#include <cctype>
#include <cli/definition.hpp>
#include <cli/directory_words.hpp>
#include <cli/role_words.hpp>
#include <cstdlib>
#include <fmt/format.h>
#include <layer_cake/directory/places.hpp>

namespace layer_cake::cli {

namespace {

Result<type::HostPort> read_address(std::string_view where, const std::string& text) {
    auto address = directory::parse_place(text);
    if (!address)
        return fail(Fault::invalid, fmt::format("{}: \"{}\" is no address, such as 127.0.0.1:{}", where, text,
                                                directory::directory_port));
    return std::move(*address);
}

} // namespace

Result<std::optional<type::HostPort>> address_option(const Invocation& call, std::string_view name) {
    const auto text = call.value(name);
    if (!text) return std::nullopt;
    return read_address(fmt::format("--{}", name), *text);
}

Result<bool> flag_option(const Invocation& call, std::string_view name) {
    if (!call.has(name)) return false;
    const auto text = call.value(name).value_or("");
    if (text.empty() || text == "true") return true;
    if (text == "false") return false;
    return fail(Fault::invalid, fmt::format("--{}: \"{}\" is neither true nor false", name, text));
}

Result<std::optional<net::Key>> key_option(const Invocation& call, std::string_view name) {
    const char* set = std::getenv("LAYER_CAKE_LAN_KEY");
    const auto given = call.value(name);
    if (!given && !(set && *set)) return std::nullopt;
    const auto key = net::parse_key(given ? *given : std::string_view(set));
    if (key) return key;
    const auto where = given ? fmt::format("--{}", name) : std::string("LAYER_CAKE_LAN_KEY");
    return fail(Fault::invalid, where + ": a key is 64 hexadecimal digits");
}

Result<std::optional<type::HostPort>> lan_directory() {
    if (const char* text = std::getenv("LAYER_CAKE_LAN"); text && *text) return read_address("LAYER_CAKE_LAN", text);
    return directory::usual_parent(directory::Scope::HOST);
}

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

Result<type::HostPort> group_directory(const Invocation& call) {
    const auto home = home::Home::open(call.home);
    if (!home) return fail(cannot("open", call.home, home.error()));
    if (!home->running())
        return fail(cannot("open", home->paths().home.string(), {Fault::not_running, "nothing is running"}));
    return type::HostPort{home->paths().directory().string(), std::nullopt};
}

} // namespace

Result<directory::Enquiry> enquiry_option(const Invocation& call) {
    directory::Enquiry enquiry;
    const auto encrypted = flag_option(call, "encrypted-directory");
    if (!encrypted) return fail(encrypted.error());
    enquiry.encrypted = *encrypted;
    if (call.has("directory-key") || lower(call.value("open-scope").value_or("")) == "lan") {
        const auto key = key_option(call, "directory-key");
        if (!key) return fail(key.error());
        if (*key) enquiry.keys = std::make_shared<net::SessionKeys>(net::SessionKeys{{}, **key});
        enquiry.encrypted = enquiry.encrypted || *key;
    }
    auto given = address_option(call, "connect-to-directory");
    if (!given) return fail(std::move(given).error());
    const auto scope = lower(call.value("open-scope").value_or("host"));
    if (*given) {
        if (call.has("open-scope")) return fail(Fault::invalid, "either --open-scope or --connect-to-directory");
        enquiry.directory = **given;
    } else if (scope == "host") {
        enquiry.directory = directory::usual_place(directory::Scope::HOST);
    } else if (scope == "lan" || scope == "realm" || scope == "wan") { // the LAN's hands on to that of the realm
        const auto lan = lan_directory();
        if (!lan) return fail(lan.error());
        if (!*lan)
            return fail(Fault::failed,
                        "--open-scope: nothing says where the directory of this LAN is; give its address "
                        "with --connect-to-directory");
        enquiry.directory = **lan;
    } else if (scope == "group") {
        auto group = group_directory(call);
        if (!group) return fail(std::move(group).error());
        enquiry.directory = *group;
    } else {
        return fail(Fault::invalid, fmt::format("--open-scope: \"{}\" is none of group, host, lan and realm", scope));
    }
    return enquiry;
}

Error cannot_enquire(const Invocation& call, std::string_view doing, Error error) {
    if (error.fault == Fault::not_running && !call.has("connect-to-directory") && !call.has("open-scope"))
        error.detail += " (\"layer-cake host\" runs the directory of this host)";
    return in_doing(doing, std::move(error));
}

} // namespace layer_cake::cli
