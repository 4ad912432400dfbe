#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;
using namespace std::chrono_literals;

struct Push {
    lc::Duration time = 50ms;
};
LAYER_CAKE_MESSAGE(Push, time)
struct Cancel {};
LAYER_CAKE_MESSAGE(Cancel)
struct Toast {
    bool brown = false;
};
LAYER_CAKE_MESSAGE(Toast, brown)

// A machine does not wait: for each state and message it has a handler, which says the next state.
struct Toaster {
    enum State { idle, toasting };
    using states = lc::states<idle, toasting>;
    using accepts = lc::accepts<Push, Cancel, lc::T1>;

    lc::Address customer{};

    State on(lc::Object& self, lc::at<idle>, const Push& push) {
        customer = self.return_address();
        self.start<lc::T1>(push.time);
        return toasting;
    }
    State on(lc::Object& self, lc::at<toasting>, Push) {
        self.reply(lc::Busy{}); // one at a time
        return toasting;
    }
    State on(lc::Object& self, lc::at<toasting>, lc::T1) { return eject(self, true); }
    State on(lc::Object& self, lc::at<toasting>, Cancel) {
        self.cancel<lc::T1>();
        return eject(self, false);
    }

    State eject(lc::Object& self, bool brown) {
        self.send(Toast{brown}, customer);
        return idle;
    }
};

struct Settings {
    lc::Duration time = 50ms;
    std::optional<lc::Duration> cancel_after;
};
LAYER_CAKE_MESSAGE(Settings, time, cancel_after)

// Pushes, and takes what comes out.
lc::Any breakfast(lc::Self& self, Settings settings) {
    const auto toaster = self.create<Toaster>();
    self.send(Push{settings.time}, toaster);
    if (settings.cancel_after) self.start<lc::T2>(*settings.cancel_after);
    for (;;) {
        auto m = self.input();
        if (m.is<lc::T2>()) self.send(Cancel{}, toaster);
        if (m.is<Toast>()) return m;
        if (m.is<lc::Stop>()) return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(breakfast)

int main(int argc, char** argv) {
    return lc::run(breakfast, argc, argv);
}
