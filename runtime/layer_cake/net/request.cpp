#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/http_text.hpp>
#include <layer_cake/net/response_parser.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

/// One exchange, blocking, with nothing but poll(2): a command asks one question, a loop would cost more than it.
namespace layer_cake::net {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t most_body = 64u << 20;

/// When to give up.
class Deadline {
public:
    Deadline(const Endpoint& endpoint, Duration timeout) : endpoint_(endpoint), timeout_(timeout) {}

    Result<void> wait(int fd, short events) const {
        pollfd state{fd, events, 0};
        for (;;) {
            const int left = milliseconds();
            if (left == 0) return late();
            const int found = ::poll(&state, 1, left);
            if (found > 0) return ok();
            if (found < 0 && errno != EINTR) return fail(system_error("cannot wait for an answer", errno));
        }
    }
    /// Waits a moment before the next attempt.
    Result<void> pause() const {
        const int left = milliseconds();
        if (left == 0) return late();
        ::poll(nullptr, 0, left < 0 ? 5 : std::min(left, 5));
        return ok();
    }

private:
    int milliseconds() const { // -1: for ever
        if (timeout_ == Duration::zero()) return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(timeout_ - (Steady::now() - start_)).count();
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000));
    }
    tl::unexpected<Error> late() const {
        return fail(Fault::timed_out,
                    fmt::format("no answer from \"{}\" within {}", endpoint_text(endpoint_), format_span(timeout_)));
    }

    const Endpoint& endpoint_;
    Duration timeout_;
    Instant start_ = Steady::now();
};

Result<Fd> connect_to(const Endpoint& endpoint, const sockaddr* address, socklen_t size, const Deadline& deadline) {
    for (;;) {
        auto under_way = start_connect(address, size);
        if (under_way.error == EAGAIN) { // the listener's queue is full
            if (auto waited = deadline.pause(); !waited) return fail(std::move(waited).error());
            continue;
        }
        if (under_way.error != 0) return fail(connect_error(endpoint, under_way.error));
        if (under_way.done) return std::move(under_way.fd);
        if (auto waited = deadline.wait(under_way.fd.get(), POLLOUT); !waited) return fail(std::move(waited).error());
        int error = 0;
        socklen_t length = sizeof error;
        ::getsockopt(under_way.fd.get(), SOL_SOCKET, SO_ERROR, &error, &length);
        if (error != 0) return fail(connect_error(endpoint, error));
        return std::move(under_way.fd);
    }
}

Result<Fd> connect_to(const Endpoint& endpoint, const Deadline& deadline) {
    if (!endpoint.path.empty()) {
        auto address = unix_address(endpoint.path);
        if (!address && address.error().fault == Fault::missing) return fail(connect_error(endpoint, ENOENT));
        if (!address) return fail(std::move(address).error());
        return connect_to(endpoint, address->base(), address->size, deadline);
    }
    auto addresses = resolve(endpoint.host, endpoint.port);
    if (!addresses) return fail(std::move(addresses).error());
    Result<Fd> connected = fail(connect_error(endpoint, ECONNREFUSED));
    for (const auto& address : *addresses) {
        connected = connect_to(endpoint, address.base(), address.size, deadline);
        if (connected || connected.error().fault == Fault::timed_out) break;
    }
    return connected;
}

Result<HttpResponse> talk(int fd, std::string_view text, ResponseParser& parser, const Deadline& deadline) {
    std::vector<char> buffer(64 << 10);
    while (!parser.complete()) {
        if (!text.empty()) {
            const auto sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent > 0) text.remove_prefix(static_cast<std::size_t>(sent));
            // An answer may be there although the server would not take all of the request.
            if (sent < 0 && errno != EINTR && errno != EAGAIN) text = {};
        }
        const auto size = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) return fail(Fault::disconnected, "the connection broke before the answer was whole");
            const auto events = static_cast<short>(text.empty() ? POLLIN : POLLIN | POLLOUT);
            if (auto waited = deadline.wait(fd, events); !waited) return fail(std::move(waited).error());
            continue;
        }
        auto fed = size == 0 ? parser.finish() : parser.feed({buffer.data(), static_cast<std::size_t>(size)});
        if (!fed) return fail(std::move(fed).error());
        if (parser.response().body.size() > most_body) return fail(Fault::invalid, "the answer is larger than 64 MiB");
    }
    return std::move(parser.response());
}

} // namespace

Result<HttpResponse> http_request(const Endpoint& endpoint, HttpRequest request, Duration timeout) {
    const Deadline deadline(endpoint, timeout);
    auto connected = connect_to(endpoint, deadline);
    if (!connected) return fail(std::move(connected).error());
    ResponseParser parser(request.method == "HEAD");
    return talk(connected->get(), request_text(endpoint, request), parser, deadline);
}

} // namespace layer_cake::net
