#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/realm/nats_options.hpp>
#include <unistd.h>

namespace layer_cake::realm {
namespace {

/// libnats writes them into a JSON text as they are.
bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](unsigned char c) { return c > ' ' && c != '"' && c != '\\' && c != 127; });
}

Result<void> can_read(std::string_view what, const std::string& path) {
    if (path.empty() || ::access(path.c_str(), R_OK) == 0) return ok();
    auto why = system_error(fmt::format("cannot read {} \"{}\"", what, path), errno);
    return fail(Fault::invalid, std::move(why.detail));
}

} // namespace

std::string NatsServer::place() const {
    const bool six = host.find(':') != std::string::npos;
    return fmt::format("{}://{}{}{}:{}", tls ? "tls" : "nats", six ? "[" : "", host, six ? "]" : "", port);
}

Result<NatsServer> parse_nats_server(std::string_view text) {
    const auto wrong = [&] {
        // Without what may be a secret.
        const auto secret = text.rfind('@');
        return fail(Fault::invalid, fmt::format("\"{}\" is no NATS server, such as nats://a.example:4222",
                                                secret == std::string_view::npos ? text : text.substr(secret + 1)));
    };
    NatsServer server;
    auto rest = text;
    if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) {
        const auto name = rest.substr(0, scheme);
        if (name != "nats" && name != "tls") return wrong();
        server.tls = name == "tls";
        rest.remove_prefix(scheme + 3);
    }
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        const auto who = rest.substr(0, at);
        const auto colon = who.find(':');
        server.user = who.substr(0, colon);
        if (colon != std::string_view::npos) server.password = who.substr(colon + 1);
        if (server.user.empty() || !is_plain(who)) return wrong();
        rest.remove_prefix(at + 1);
    }
    if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
    std::string_view port;
    bool has_port = false;
    if (rest.starts_with('[')) {
        const auto end = rest.find(']');
        if (end == std::string_view::npos) return wrong();
        server.host = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
        if (!rest.empty() && rest.front() != ':') return wrong();
        has_port = !rest.empty();
        if (has_port) port = rest.substr(1);
    } else {
        const auto colon = rest.find(':');
        server.host = rest.substr(0, colon);
        has_port = colon != std::string_view::npos;
        if (has_port) port = rest.substr(colon + 1);
    }
    const auto is_host_character = [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':';
    };
    if (server.host.empty() || server.host.size() > 255 ||
        !std::all_of(server.host.begin(), server.host.end(), is_host_character))
        return wrong();
    if (has_port) {
        const auto last = port.data() + port.size();
        const auto [end, error] = std::from_chars(port.data(), last, server.port);
        if (error != std::errc() || end != last || server.port == 0) return wrong();
    }
    return server;
}

Result<void> check(const NatsOptions& options) {
    if (options.servers.empty()) return fail(Fault::invalid, "no NATS server is named");
    const int ways =
        !options.credentials.empty() + !options.nkey.empty() + !options.user.empty() + !options.token.empty();
    if (ways > 1) return fail(Fault::invalid, "credentials, nkey, user and token exclude each other");
    if (options.certificate.empty() != options.key.empty())
        return fail(Fault::invalid, "a certificate and its key belong together");
    for (const auto* text : {&options.name, &options.user, &options.password, &options.token})
        if (!is_plain(*text))
            return fail(Fault::invalid, "a name or password for NATS has spaces, quotes or backslashes");
    for (const auto& [what, path] : {std::pair{"the credentials", &options.credentials},
                                     {"the nkey", &options.nkey},
                                     {"the certificates", &options.ca},
                                     {"the certificate", &options.certificate},
                                     {"the key", &options.key}})
        if (auto read = can_read(what, *path); !read) return read;
    return ok();
}

bool is_nats_subject(std::string_view subject) {
    if (subject.empty() || subject.size() > 1'024 || subject.front() == '.' || subject.back() == '.') return false;
    for (std::size_t i = 0; i < subject.size(); ++i) {
        const auto c = static_cast<unsigned char>(subject[i]);
        if (c <= ' ' || c == 127 || c == '*' || c == '>') return false;
        if (c == '.' && subject[i - 1] == '.') return false;
    }
    return true;
}

} // namespace layer_cake::realm
