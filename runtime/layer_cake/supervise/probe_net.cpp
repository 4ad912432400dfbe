#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/net/http.hpp>
#include <layer_cake/supervise/probe_attempt.hpp>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>

namespace layer_cake::supervise {
namespace {

struct Address {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

std::optional<Address> socket_address(const home::HostPort& where) {
    const auto text = probe_address(where.host);
    Address address;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
    if (::inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(where.port);
        address.length = sizeof *v4;
    } else if (::inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(where.port);
        address.length = sizeof *v6;
    } else {
        return std::nullopt;
    }
    return address;
}

std::string no_address(std::string_view host) {
    return fmt::format("\"{}\" is neither an IP address nor localhost: names are not looked up by probes", host);
}

class TcpAttempt final : public ProbeAttempt {
public:
    TcpAttempt(Loop& loop, const home::Probe& probe, Answer answer)
        : ProbeAttempt(loop, std::move(answer)), where_(fmt::format("{}:{}", probe.address.host, probe.address.port)) {}

    void begin(Loop& loop, const home::Probe& probe, Duration timeout) {
        const auto address = socket_address(probe.address);
        if (!address) return finish(false, no_address(probe.address.host));
        fd_.reset(::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (!fd_) return finish(false, system_error("cannot make a socket", errno).detail);
        timer_.start(timeout, [this, timeout] {
            poll_.reset();
            finish(false, fmt::format("{}: no answer within {}", where_, format_span(timeout)));
        });
        if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address->storage), address->length) == 0)
            return connected(0);
        if (errno != EINPROGRESS) return connected(errno);
        poll_.emplace(loop, fd_.get());
        poll_->start(Poll::writable, [this](int) {
            int error = 0;
            socklen_t length = sizeof error;
            ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
            connected(error);
        });
    }

private:
    void connected(int error) {
        if (poll_) poll_->cancel();
        finish(error == 0, error == 0 ? fmt::format("{}: connected", where_) : system_error(where_, error).detail);
    }

    std::string where_;
    Fd fd_;
    std::optional<Poll> poll_;
};

class HttpAttempt final : public ProbeAttempt {
public:
    HttpAttempt(Loop& loop, const home::Probe& probe, Answer answer)
        : ProbeAttempt(loop, std::move(answer)),
          what_(fmt::format("GET {} at {}:{}", probe.path, probe.address.host, probe.address.port)) {}

    void begin(Loop& loop, const home::Probe& probe, Duration timeout) {
        const auto address = probe_address(probe.address.host);
        if (address.empty()) return finish(false, no_address(probe.address.host));
        net::HttpRequest request;
        request.target = probe.path;
        request.headers.emplace_back("User-Agent", "layer-cake-probe");
        net::Endpoint endpoint;
        endpoint.host = address;
        endpoint.port = probe.address.port;
        net::HttpExchange::Events events;
        // The status is the answer: the body may be long, or fail to come.
        events.headed = [this](int status, const net::Headers&) {
            finish(status >= 200 && status < 400, fmt::format("{}: status {}", what_, status));
        };
        events.received = [](std::string_view) {};
        events.done = [this](Result<void> done) {
            finish(false, fmt::format("{}: {}", what_, done ? "no answer" : done.error().detail));
        };
        exchange_ = net::HttpExchange::start(loop, endpoint, std::move(request), timeout, std::move(events));
    }

private:
    std::string what_;
    std::unique_ptr<net::HttpExchange> exchange_;
};

} // namespace

std::string probe_address(std::string_view host) {
    if (host.empty() || host == "localhost") return "127.0.0.1";
    if (host == "*" || host == "0.0.0.0") return "127.0.0.1";
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    const std::string text(host);
    in6_addr any{};
    return ::inet_pton(AF_INET, text.c_str(), &any) == 1 || ::inet_pton(AF_INET6, text.c_str(), &any) == 1
               ? text
               : std::string();
}

std::unique_ptr<ProbeAttempt> ask_tcp(Loop& loop, const home::Probe& probe, Duration timeout,
                                      ProbeAttempt::Answer answer) {
    auto attempt = std::make_unique<TcpAttempt>(loop, probe, std::move(answer));
    attempt->begin(loop, probe, timeout);
    return attempt;
}

std::unique_ptr<ProbeAttempt> ask_http(Loop& loop, const home::Probe& probe, Duration timeout,
                                       ProbeAttempt::Answer answer) {
    auto attempt = std::make_unique<HttpAttempt>(loop, probe, std::move(answer));
    attempt->begin(loop, probe, timeout);
    return attempt;
}

} // namespace layer_cake::supervise
