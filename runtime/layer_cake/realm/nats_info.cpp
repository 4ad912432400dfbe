#include <array>
#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/realm/nats_info.hpp>
#include <poll.h>

namespace layer_cake::realm {
namespace {

constexpr std::size_t longest_line = 64u << 10; ///< a large cluster names all its servers in it

/// True when it is ready; false when the time is over.
bool await(int fd, short events, Instant until) {
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
        if (left <= 0) return false;
        pollfd one{fd, events, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(left));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

Result<Fd> connect(const NatsServer& server, Instant until) {
    const auto addresses = net::resolve(server.host, server.port);
    if (!addresses) return fail(addresses.error());
    const net::Endpoint at{.path = {}, .host = server.host, .port = server.port};
    Error last{Fault::not_running, fmt::format("no address of \"{}\"", server.host)};
    for (const auto& address : *addresses) {
        auto under_way = net::start_connect(address.base(), address.size);
        int error = under_way.error;
        if (!error && !under_way.done) {
            error = ETIMEDOUT;
            socklen_t size = sizeof error;
            if (await(under_way.fd.get(), POLLOUT, until))
                ::getsockopt(under_way.fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        }
        if (!error) return std::move(under_way.fd);
        last = net::connect_error(at, error);
    }
    return fail(std::move(last));
}

} // namespace

Result<NatsInfo> parse_nats_info(std::string_view line) {
    const auto wrong = [] { return fail(Fault::invalid, "that is no NATS server"); };
    if (!line.starts_with("INFO ")) return wrong();
    const auto read = codec::parse_json(line.substr(5));
    if (!read || !read->object()) return wrong();
    NatsInfo info;
    if (const auto* version = read->find("version"); version && version->string()) info.version = *version->string();
    if (const auto* longest = read->find("max_payload")) info.longest = longest->integer().value_or(0);
    if (const auto* tls = read->find("tls_required")) info.wants_tls = tls->boolean().value_or(false);
    if (info.version.empty() || info.version.size() > 64 || info.longest <= 0) return wrong();
    return info;
}

Result<NatsInfo> ask_nats_info(const NatsServer& server, Duration patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    const auto connected = connect(server, until);
    if (!connected) return fail(connected.error());
    const auto failed = [&](std::string_view how) {
        return fail(Fault::disconnected, fmt::format("{} {}", server.place(), how));
    };
    std::string line;
    std::array<char, 4'096> part;
    while (line.find('\n') == std::string::npos) {
        if (!await(connected->get(), POLLIN, until)) return failed("does not answer");
        const auto count = ::read(connected->get(), part.data(), part.size());
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (count <= 0) return failed("closed the connection");
        line.append(part.data(), static_cast<std::size_t>(count));
        if (line.size() > longest_line) return failed("is no NATS server");
    }
    line.resize(line.find('\n'));
    auto info = parse_nats_info(line);
    if (!info) return failed("is no NATS server");
    return info;
}

bool is_old_nats_server(std::string_view version) {
    constexpr std::array<int, 3> first_good{2, 9, 23};
    std::array<int, 3> numbers{};
    const char* at = version.data();
    const char* const end = at + version.size();
    for (auto& number : numbers) {
        const auto read = std::from_chars(at, end, number);
        if (read.ec != std::errc()) break;
        at = read.ptr;
        if (at == end || *at != '.') break;
        ++at;
    }
    return numbers < first_good;
}

} // namespace layer_cake::realm
