#include <cstdio>
#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;
using namespace std::chrono_literals;

struct Greeting {
    std::string text = "hello";
};
LAYER_CAKE_MESSAGE(Greeting, text)

// An object is a function. It waits for messages, and others run while it does.
lc::Any greeter(lc::Self& self) {
    for (;;) {
        auto m = self.input();
        if (auto* greeting = m.get<Greeting>())
            self.reply(Greeting{greeting->text + ", world"});
        else if (m.is<lc::Stop>())
            return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(greeter, lc::accepts<Greeting>)

// It makes another, asks it something, and gives it two seconds.
lc::Any hello(lc::Self& self) {
    const auto friendly = self.create(greeter);
    auto answer = self.ask<Greeting>(Greeting{}, friendly, 2s);
    if (!answer) return answer.release();
    self.start<lc::T1>(100ms);
    while (!self.input().is<lc::T1>()) {
    }
    return answer.release(); // the greeter is stopped, for nobody outlives who made it
}
LAYER_CAKE_OBJECT(hello)

int main() {
    lc::Runtime runtime;
    auto value = runtime.run(hello);
    if (const auto* greeting = value.get<Greeting>()) std::puts(greeting->text.c_str());
    return value.is<Greeting>() ? 0 : 1;
}
