#include "tests/net/session_pair.hpp"
#include <doctest/doctest.h>

namespace lc = layer_cake;
using namespace lc::net;
using namespace std::chrono_literals;
using namespace talk;

namespace {

/// Answers until its session is over, and returns how that came.
lc::Any answerer(lc::Self& self, lc::Fd fd) {
    open_session(self, std::move(fd));
    for (;;) {
        auto m = self.input();
        if (auto* xy = m.get<Xy>())
            self.reply(Sum{std::int64_t{xy->x} * xy->y});
        else if (m.is<lc::Enquiry>())
            self.reply(lc::Ack{});
        else if (m.is<Closed>())
            return m;
    }
}

Closed closed(lc::Self& self) {
    auto m = self.select<Closed>(5s);
    auto* closed = m.get<Closed>();
    return closed ? std::move(*closed) : Closed{.note = "no Closed came"};
}

} // namespace

TEST_CASE("messages travel both ways, and Close ends the session on both sides") {
    TwoProcesses two;
    two.run(answerer, [](lc::Self& self, lc::Fd fd) -> lc::Any {
        const auto far = open_session(self, std::move(fd));
        for (int i = 0; i < 100; ++i) {
            auto sum = self.ask<Sum>(Xy{i, 2}, far, 5s);
            REQUIRE(sum);
            CHECK(sum->of == 2 * i);
        }
        self.send(Close{.message = Xy{3, 4}, .note = "enough"}, far);
        const auto end = closed(self);
        CHECK(end.reason == EndOfTransport::ON_REQUEST);
        CHECK(end.note == "enough");
        CHECK(end.message.is<Xy>());
        CHECK(lc::as_fault(self.ask(Xy{}, far, 5s)));
        return {};
    });
    REQUIRE(two.far_value.is<Closed>());
    CHECK(two.far_value.get<Closed>()->reason == EndOfTransport::ABANDONED_BY_REMOTE);
}

TEST_CASE("an object is reached by the return address of what it sent") {
    TwoProcesses two;
    two.run(
        [](lc::Self& self, lc::Fd fd) -> lc::Any {
            open_session(self, std::move(fd));
            auto first = self.input();
            CHECK(first.is<lc::Enquiry>());
            const auto asker = self.return_address();
            CHECK(asker.size() == 2);
            auto sum = self.ask<Sum>(Xy{6, 7}, asker, 5s);
            CHECK(sum);
            self.send(lc::Ack{}, asker);
            return closed(self);
        },
        [](lc::Self& self, lc::Fd fd) -> lc::Any {
            const auto far = open_session(self, std::move(fd));
            const auto helper = self.create([far](lc::Self& self) -> lc::Any {
                self.send(lc::Enquiry{}, far);
                auto m = self.input();
                REQUIRE(m.is<Xy>());
                self.reply(Sum{m.get<Xy>()->x});
                m = self.input();
                CHECK(m.is<lc::Ack>());
                return {};
            });
            auto returned = self.input();
            CHECK(returned.is<lc::Returned>());
            return {};
        });
}

TEST_CASE("asks under way when the session is lost are told so") {
    TwoProcesses two;
    two.run(
        [](lc::Self& self, lc::Fd fd) -> lc::Any {
            const auto far = open_session(self, std::move(fd));
            self.input();
            self.send(Close{}, far);
            return closed(self);
        },
        [](lc::Self& self, lc::Fd fd) -> lc::Any {
            const auto far = open_session(self, std::move(fd));
            CHECK(talk::explanation(self.ask(Xy{}, far, 60s)) ==
                  "disconnected: the session with a connected process is over");
            CHECK(closed(self).reason == EndOfTransport::ABANDONED_BY_REMOTE);
            return {};
        });
}

TEST_CASE("a block travels as it is, with whatever bytes") {
    TwoProcesses two;
    two.run(
        [](lc::Self& self, lc::Fd fd) -> lc::Any {
            open_session(self, std::move(fd));
            auto m = self.input();
            self.reply(std::move(m));
            return closed(self);
        },
        [](lc::Self& self, lc::Fd fd) -> lc::Any {
            const auto far = open_session(self, std::move(fd));
            lc::Block block(700'000);
            for (std::size_t i = 0; i < block.size(); ++i)
                block[i] = static_cast<std::byte>(i * 7);
            auto back = self.ask<lc::Block>(lc::Block(block), far, 5s);
            REQUIRE(back);
            CHECK(*back == block);
            return {};
        });
}

TEST_CASE("what was sent before Close arrives") {
    constexpr int count = 200;
    TwoProcesses two;
    two.run(
        [](lc::Self& self, lc::Fd fd) -> lc::Any {
            open_session(self, std::move(fd));
            for (int blocks = 0;; ++blocks) {
                auto m = self.input();
                if (m.is<Closed>()) return Sum{blocks};
            }
        },
        [](lc::Self& self, lc::Fd fd) -> lc::Any {
            const auto far = open_session(self, std::move(fd));
            for (int i = 0; i < 50; ++i)
                self.send(lc::Block(100'000), far);
            for (int i = 50; i < count; ++i)
                self.send(Xy{i, i}, far);
            self.send(Close{}, far);
            closed(self);
            return {};
        });
    REQUIRE(two.far_value.is<Sum>());
    CHECK(two.far_value.get<Sum>()->of == count);
}
