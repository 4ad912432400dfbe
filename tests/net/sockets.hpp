#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace layer_cake::net {

/// A folder of its own for one test.
struct TempFolder {
    TempFolder() {
        char name[] = "/tmp/layer-cake-net-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~TempFolder() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

/// Turns the loop until `done`, or for five seconds.
inline bool turn_until(Loop& loop, const std::function<bool()>& done) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!done()) {
        if (std::chrono::steady_clock::now() > limit) return false;
        loop.turn();
        ::poll(nullptr, 0, 1);
    }
    return true;
}

/// A bare client: bytes, no HTTP.
class RawClient {
public:
    RawClient(Loop& loop, const Endpoint& endpoint) : loop_(loop) {
        if (!endpoint.path.empty()) {
            auto address = unix_address(endpoint.path);
            fd_ = start_connect(address->base(), address->size).fd;
        } else {
            const auto addresses = known_addresses(endpoint.host, endpoint.port);
            fd_ = start_connect(addresses[0].base(), addresses[0].size).fd;
        }
    }

    void send(std::string_view bytes) {
        turn_until(loop_, [&] {
            const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
            return bytes.empty() || (sent < 0 && errno != EAGAIN && errno != ENOTCONN);
        });
    }
    /// All that comes until the server closes.
    std::string until_closed() {
        closed = turn_until(loop_, [&] { return receive() == 0; });
        return got;
    }
    /// All that comes until `mark` is in it.
    std::string until(std::string_view mark) {
        turn_until(loop_, [&] { return receive() == 0 || got.find(mark) != std::string::npos; });
        return got;
    }
    void finish_sending() { ::shutdown(fd_.get(), SHUT_WR); }
    void close() { fd_.reset(); }
    int fd() const { return fd_.get(); }

    std::string got;
    bool closed = false;
    bool reset = false;

private:
    long receive() {
        char buffer[4096];
        const auto size = ::recv(fd_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
        if (size > 0) got.append(buffer, static_cast<std::size_t>(size));
        if (size < 0 && errno == ECONNRESET) reset = true;
        return size < 0 && errno == ECONNRESET ? 0 : static_cast<long>(size);
    }

    Loop& loop_;
    Fd fd_;
};

} // namespace layer_cake::net
