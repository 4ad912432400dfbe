#include <cstdio>
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

int main() {
    lc::Runtime runtime;
    auto value = runtime.run([](lc::Self& self) {
        const auto toaster = self.create<Toaster>();
        return self.ask(Push{}, toaster, 1s);
    });
    const auto* toast = value.get<Toast>();
    std::puts(toast && toast->brown ? "brown" : "no toast");
    return toast ? 0 : 1;
}
