#include <layer_cake/layer_cake.hpp>
#include <unistd.h>

namespace lc = layer_cake;
using namespace std::chrono_literals;

enum class Where { fiber, thread, process };
LAYER_CAKE_ENUM(Where, fiber, thread, process)

struct Settings {
    Where where = Where::process;
    int number = 20;
};
LAYER_CAKE_MESSAGE(Settings, where, number)

struct Number {
    int of = 0;
};
LAYER_CAKE_MESSAGE(Number, of)

struct Factorial {
    std::int64_t of = 0;
    std::int64_t process = 0; ///< by whom it was computed
};
LAYER_CAKE_MESSAGE(Factorial, of, process)

// A worker does not know where it runs.
lc::Any worker(lc::Self& self, std::string greeting) {
    self.console(greeting);
    for (;;) {
        auto m = self.input();
        if (auto* number = m.get<Number>()) {
            Factorial factorial{1, ::getpid()};
            for (int i = 2; i <= number->of; ++i)
                factorial.of *= i;
            self.reply(factorial);
        } else if (m.is<lc::Stop>()) {
            return lc::Aborted{};
        }
    }
}
LAYER_CAKE_OBJECT(worker, lc::accepts<Number>)

// This is the one place that does.
lc::Place place(Where where) {
    switch (where) {
    case Where::thread:
        return lc::own_thread();
    case Where::process:
        return lc::own_process();
    case Where::fiber:
        break;
    }
    return lc::here();
}

lc::Any placement(lc::Self& self, Settings settings) {
    const auto computer = self.create(place(settings.where), worker, "ready");
    auto factorial = self.ask<Factorial>(Number{settings.number}, computer, 10s);
    if (!factorial) return factorial.release();
    self.console(factorial->process == ::getpid() ? "computed here" : "computed in another process");
    return factorial->of;
}
LAYER_CAKE_OBJECT(placement)

int main(int argc, char** argv) {
    return lc::run(placement, argc, argv);
}
