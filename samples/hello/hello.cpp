#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;
using namespace std::chrono_literals;

struct Greeting {
    std::string text = "hello";
};
LAYER_CAKE_MESSAGE(Greeting, text)

struct Settings {
    std::string name = "world";
    lc::Duration pause = 100ms;
};
LAYER_CAKE_MESSAGE(Settings, name, pause)

// An object is a function. It waits for messages, and others run while it does.
lc::Any greeter(lc::Self& self, std::string name) {
    for (;;) {
        auto m = self.input();
        if (auto* greeting = m.get<Greeting>())
            self.reply(Greeting{greeting->text + ", " + name});
        else if (m.is<lc::Stop>())
            return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(greeter, lc::accepts<Greeting>)

// It makes another, asks it something, and gives it two seconds.
lc::Any hello(lc::Self& self, Settings settings) {
    const auto friendly = self.create(greeter, settings.name);
    auto answer = self.ask<Greeting>(Greeting{}, friendly, 2s);
    if (!answer) return answer.release(); // no answer: what came instead is a value, too
    self.console("answered", {{"text", answer->text}});

    self.start<lc::T1>(settings.pause);
    for (;;) {
        auto m = self.input();
        if (m.is<lc::T1>()) return answer->text; // the greeter is stopped, for nobody outlives who made it
        if (m.is<lc::Stop>()) return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(hello)

int main(int argc, char** argv) {
    return lc::run(hello, argc, argv);
}
