#include <charconv>
#include <cli/load/target.hpp>
#include <fmt/format.h>
#include <layer_cake/net/http_text.hpp>

namespace layer_cake::cli::load {
namespace {

tl::unexpected<Error> refuse(std::string_view url, std::string_view why) {
    return fail(Fault::invalid, fmt::format("\"{}\" is no URL to load: {}", url, why));
}

Result<std::string> percent_decoded(std::string_view url, std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        unsigned byte = 0;
        const char* const from = text.data() + i + 1;
        if (text.size() - i < 3 || std::from_chars(from, from + 2, byte, 16).ptr != from + 2 || byte == 0)
            return refuse(url, "a % needs two hexadecimal digits after it");
        out += static_cast<char>(byte);
        i += 2;
    }
    return out;
}

/// `/a?b#c` as it is sent.
std::string sent_form(std::string_view path) {
    path = path.substr(0, path.find('#'));
    return (path.empty() || path.front() != '/' ? "/" : "") + std::string(path);
}

Result<Target> unix_target(std::string_view url, std::string_view rest) {
    if (rest.empty() || rest.front() != '/') return refuse(url, "write unix:///run/x.sock:/PATH, with three slashes");
    Target target;
    const auto colon = rest.find(":/");
    auto path = percent_decoded(url, rest.substr(0, colon));
    if (!path) return fail(std::move(path).error());
    target.endpoint.path = std::move(*path);
    if (colon != std::string_view::npos) target.path = sent_form(rest.substr(colon + 1));
    return target;
}

Result<Target> host_target(std::string_view url, std::string_view rest, bool in_host) {
    const auto end = rest.find_first_of("/?#");
    const auto authority = rest.substr(0, end);
    Target target;
    if (end != std::string_view::npos) target.path = sent_form(rest.substr(end));
    if (authority.empty()) return refuse(url, "it names no host");
    if (in_host) {
        auto path = percent_decoded(url, authority);
        if (!path) return fail(std::move(path).error());
        target.endpoint.path = std::move(*path);
        return target;
    }
    if (authority.find('@') != std::string_view::npos)
        return refuse(url, "users and passwords are given by --header='Authorization: ...'");
    auto host = authority;
    std::string_view port;
    const auto bracket = authority.front() == '[' ? authority.find(']') : std::string_view::npos;
    if (authority.front() == '[' && bracket == std::string_view::npos) return refuse(url, "the ] is missing");
    const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        host = authority.substr(0, colon);
        port = authority.substr(colon + 1);
    }
    if (host.empty()) return refuse(url, "it names no host");
    target.endpoint.host = std::string(host);
    target.endpoint.port = 80;
    if (!port.empty()) {
        unsigned number = 0;
        const char* const last = port.data() + port.size();
        const auto read = std::from_chars(port.data(), last, number);
        if (read.ec != std::errc() || read.ptr != last || number == 0 || number > 65535)
            return refuse(url, fmt::format("\"{}\" is no port", port));
        target.endpoint.port = static_cast<std::uint16_t>(number);
    }
    return target;
}

} // namespace

Result<Target> parse_url(std::string_view url) {
    const auto mark = url.find("://");
    if (mark == std::string_view::npos) return refuse(url, fmt::format("write http://{}", url));
    const auto scheme = url.substr(0, mark);
    const auto rest = url.substr(mark + 3);
    if (net::same_word(scheme, "http")) return host_target(url, rest, false);
    if (net::same_word(scheme, "http+unix")) return host_target(url, rest, true);
    if (net::same_word(scheme, "unix")) return unix_target(url, rest);
    if (net::same_word(scheme, "https")) return refuse(url, "https is not spoken; load the http port behind it");
    return refuse(url, fmt::format("\"{}\" is not http or unix", scheme));
}

} // namespace layer_cake::cli::load
