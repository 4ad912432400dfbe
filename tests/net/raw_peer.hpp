#pragma once

#include "tests/net/session_pair.hpp"
#include "tests/net/sockets.hpp"
#include <layer_cake/net/frame_header.hpp>

namespace layer_cake::net {

/// One process with a clock that stands still, and at the far end of its session a peer that is nothing but bytes.
struct RawPeer {
    explicit RawPeer(SessionOptions options = {}) : fd(std::move(sockets.other)) {
        still.runtime.start([this, options](Self& self) -> Any {
            proxy = open_session(self, std::move(sockets.one), options);
            own = self.address();
            for (;;) {
                auto m = self.input();
                if (auto* over = m.get<Closed>()) {
                    closed.emplace(std::move(*over));
                    return {};
                }
                if (m.is<type::Stop>()) return {};
                got.push_back(m.signature());
                from = self.return_address();
                if (m.is<type::Ack>()) continue;
                self.reply(std::move(m)); // an echo
            }
        });
        still.runtime.settle();
    }

    /// What comes back for these bytes.
    std::string say(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto size = ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            still.runtime.settle();
            if (size < 0) break;
            bytes.remove_prefix(static_cast<std::size_t>(size));
        }
        still.runtime.settle();
        return heard();
    }
    std::string heard() {
        std::string all;
        char buffer[65536];
        for (;;) {
            const auto size = ::recv(fd.get(), buffer, sizeof buffer, MSG_DONTWAIT);
            if (size == 0) eof = true;
            if (size <= 0) return all;
            all.append(buffer, static_cast<std::size_t>(size));
            still.runtime.settle();
        }
    }
    void pass(Duration time) { still.pass(time); }

    talk::Still still;
    SocketPair sockets;
    Fd fd;
    Address proxy, own, from;
    std::vector<std::string> got;
    std::optional<Closed> closed;
    bool eof = false;
};

/// A frame of these parts.
inline std::string frame_of(std::string_view header, std::string_view body, std::string_view book = R"({"value":[]})") {
    return std::to_string(header.size()) + ',' + std::to_string(body.size()) + ',' +
           std::to_string(header.size() + body.size() + book.size()) + '\n' + std::string(header) + std::string(body) +
           std::string(book) + '\n';
}

} // namespace layer_cake::net
