#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;
using namespace std::chrono_literals;

// Either side of a pair of processes, the other one of which is Python's.

struct Add {
    int a = 0;
    int b = 0;
};
LAYER_CAKE_MESSAGE_AS(Add, "family.Add", a, b)

struct Sum {
    int of = 0;
    std::int64_t pid = 0;
};
LAYER_CAKE_MESSAGE_AS(Sum, "family.Sum", of, pid)

struct Text {
    std::string text;
};
LAYER_CAKE_MESSAGE_AS(Text, "family.Text", text)

struct WorkerSettings {
    int start = 0;
};
LAYER_CAKE_MESSAGE(WorkerSettings, start)

struct FactorialSettings {
    int n = 5;
    std::optional<std::string> note;
};
LAYER_CAKE_MESSAGE(FactorialSettings, n, note)

struct Settings {
    std::string scenario = "worker";
    std::string program;
    int n = 5;
    int start = 0;
};
LAYER_CAKE_MESSAGE(Settings, scenario, program, n, start)

lc::Any returned(lc::Self& self) {
    auto m = self.select<lc::Returned>();
    auto* ended = m.get<lc::Returned>();
    return ended ? std::move(ended->message) : std::move(m);
}

/// What the peer's worker.py is, too.
lc::Any worker(lc::Self& self, int count) {
    for (;;) {
        auto m = self.input();
        if (auto* add = m.get<Add>()) {
            ++count;
            self.reply(Sum{add->a + add->b, 0});
        } else if (m.is<Text>()) {
            return std::int64_t(count);
        } else if (m.is<lc::Stop>()) {
            return lc::Aborted{};
        }
    }
}

lc::Any family(lc::Self& self, Settings settings) {
    if (settings.scenario == "worker") return worker(self, settings.start);
    if (settings.scenario == "fault") return lc::Faulted{"cannot compute", "below zero", {}, {}};
    if (settings.scenario == "nothing") return {};
    if (settings.scenario == "program") { // its value is ours
        self.create(lc::program(settings.program), FactorialSettings{settings.n, "from its parent"});
        return returned(self);
    }
    const auto child = self.create(lc::program(settings.program), WorkerSettings{settings.start});
    for (int i = 0; i < 3; ++i) {
        auto sum = self.ask<Sum>(Add{i, 40}, child, 20s);
        if (!sum) return sum.release();
        if (sum->of != 40 + i) return lc::Faulted{"a wrong sum", "", {}, {}};
    }
    if (settings.scenario == "stop")
        self.send(lc::Stop{}, child);
    else
        self.send(Text{"enough"}, child);
    return returned(self);
}

int main(int argc, char** argv) {
    return lc::run(family, argc, argv);
}
