#include "tests/net/session_pair.hpp"
#include "tests/net/sockets.hpp"
#include <doctest/doctest.h>
#include <layer_cake/net/listen.hpp>

namespace lc = layer_cake;
using namespace lc::net;
using namespace std::chrono_literals;
using namespace talk;

namespace {

/// Listens and connects to itself; what the two ends are told.
lc::Any both_ends(lc::Self& self, const lc::HostPort& at, bool encrypted) {
    auto listening = listen(self, at, {.encrypted = encrypted});
    REQUIRE_MESSAGE(listening, explanation(listening.value()));
    const auto client = self.create([at = listening->listening_ipp, encrypted](lc::Self& self) -> lc::Any {
        connect(self, at, {.encrypted = encrypted});
        auto m = self.input();
        auto* connected = m.get<Connected>();
        REQUIRE_MESSAGE(connected, explanation(m));
        CHECK(self.return_address() == connected->proxy_address);
        CHECK(connected->request.encrypted == encrypted);
        for (int i = 0; i < 20; ++i) {
            auto sum = self.ask<Sum>(Xy{i, 3}, connected->proxy_address, 5s);
            REQUIRE_MESSAGE(sum, explanation(sum.value()));
            CHECK(sum->of == 3 * i);
        }
        self.send(Close{}, connected->proxy_address);
        CHECK(self.select<Closed>(5s).is<Closed>());
        return {};
    });
    static_cast<void>(client);
    for (bool accepted = false;;) {
        auto m = self.input(10s);
        if (auto* come = m.get<Accepted>()) {
            accepted = true;
            CHECK(come->proxy_address.is_local());
            CHECK(come->listening.listening_ipp == listening->listening_ipp);
        } else if (auto* xy = m.get<Xy>()) {
            CHECK(accepted);
            self.reply(Sum{std::int64_t{xy->x} * xy->y});
        } else if (m.is<lc::Returned>()) {
            break;
        } else if (!m.is<Closed>()) {
            FAIL_CHECK(m.signature());
            break;
        }
    }
    self.send(lc::Stop{}, listening->controller_address);
    return {};
}

} // namespace

TEST_CASE("sessions over TCP and unix sockets, in plain text and encrypted") {
    const TempFolder folder;
    for (const bool encrypted : {false, true})
        for (const auto& at : {lc::HostPort{"127.0.0.1", 0}, lc::HostPort{"localhost", 0},
                               lc::HostPort{(folder.path / "port").string(), {}}}) {
            lc::Runtime runtime;
            runtime.run([&](lc::Self& self) { return both_ends(self, at, encrypted); });
        }
}

TEST_CASE("a port that is taken is told at once, as a fault") {
    lc::Runtime runtime;
    runtime.run([](lc::Self& self) -> lc::Any {
        auto first = listen(self, {"127.0.0.1", 0});
        REQUIRE(first);
        auto second = listen(self, first->listening_ipp);
        CHECK_FALSE(second);
        REQUIRE(second.fault());
        CHECK(second.fault()->explanation.find("address already in use") != std::string::npos);
        CHECK(second.value().is<NotListening>());
        CHECK_FALSE(listen(self, {"127.0.0.1", 70'000}));
        return {};
    });
}

TEST_CASE("where nobody listens, NotConnected comes") {
    const TempFolder folder;
    lc::Runtime runtime;
    runtime.run([&](lc::Self& self) -> lc::Any {
        for (const auto& to : {lc::HostPort{"127.0.0.1", 1}, lc::HostPort{(folder.path / "nobody").string(), {}},
                               lc::HostPort{"no-such-host.invalid", 1}}) {
            connect(self, to);
            auto m = self.input(20s);
            CHECK(m.is<NotConnected>());
            CHECK(lc::as_fault(m));
            CHECK(m.get<NotConnected>()->request.requested_ipp == to);
        }
        return {};
    });
}

TEST_CASE("the end of whoever listens closes what was accepted") {
    lc::Runtime runtime;
    runtime.run([](lc::Self& self) -> lc::Any {
        std::optional<lc::HostPort> at;
        const auto server = self.create([](lc::Self& self) -> lc::Any {
            auto listening = listen(self, {"127.0.0.1", 0});
            self.send(lc::HostPort(listening->listening_ipp), self.parent());
            for (;;)
                if (self.input().is<lc::Stop>()) return {};
        });
        auto m = self.input();
        connect(self, *m.get<lc::HostPort>());
        CHECK(self.input(5s).is<Connected>());
        self.send(lc::Stop{}, server);
        bool closed = false, returned = false;
        while (!closed || !returned) {
            m = self.input(10s);
            if (m.is<lc::TimedOut>()) break;
            closed |= m.is<Closed>();
            returned |= m.is<lc::Returned>();
        }
        CHECK(closed);
        CHECK(returned);
        return {};
    });
}
