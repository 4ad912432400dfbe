#pragma once

#include <doctest/doctest.h>
#include <layer_cake/layer_cake.hpp>
#include <tests/directory/processes.hpp>

/// Objects that publish a name and answer, and what their subscribers say.
namespace answerers {

namespace lc = layer_cake;
using namespace lc::directory;
using namespace std::chrono_literals;

struct Say {
    int number = 0;
};
LAYER_CAKE_MESSAGE(Say, number)

/// Publishes, and answers with what it was told plus `add`.
inline auto answerer(std::string name, Scope scope, int add) {
    return [=](lc::Self& self) -> lc::Any {
        lc::publish(self, name, scope);
        for (;;) {
            auto m = self.input();
            if (auto* say = m.get<Say>())
                self.reply(Say{say->number + add});
            else if (m.is<lc::Stop>())
                return lc::Aborted{};
        }
    };
}

/// The next Available, which is to come.
inline lc::Address available(lc::Self& self, lc::Available* about = nullptr) {
    auto m = self.select<lc::Available>(10s);
    auto* available = m.get<lc::Available>();
    REQUIRE(available);
    if (about) *about = *available;
    return available->publisher_address;
}

inline int said(lc::Self& self, const lc::Address& to) {
    auto answer = self.ask<Say>(Say{1}, to, 5s);
    return answer ? answer->number : -1;
}

} // namespace answerers
