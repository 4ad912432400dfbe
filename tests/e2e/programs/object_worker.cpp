// An object program as a pool's worker: its main object is asked, and knows nothing of HTTP.
#include <cstdio>
#include <filesystem>
#include <layer_cake/layer_cake.hpp>
#include <unistd.h>

namespace lc = layer_cake;

namespace table {

enum class Fill { zero, one };
LAYER_CAKE_ENUM(Fill, zero, one)

struct Xy {
    int x = 1;
    int y = 1;
    Fill fill = Fill::zero;
    std::optional<double> scale;
};
LAYER_CAKE_MESSAGE(Xy, x, y, fill, scale)

struct Misbehave {
    std::string how;
    std::string gate; ///< a fifo to be opened
};
LAYER_CAKE_MESSAGE(Misbehave, how, gate)

struct Everything {
    std::vector<double> weights;
    std::map<std::string, std::int64_t> counts;
    std::set<std::uint8_t> small;
    std::vector<Xy> sizes;
    std::chrono::nanoseconds pause{};
    std::string text;
    bool flag = false;
};
LAYER_CAKE_MESSAGE(Everything, weights, counts, small, sizes, pause, text, flag)

struct Full : lc::Faulted {};
LAYER_CAKE_MESSAGE(Full, LAYER_CAKE_FAULT_MEMBERS)

struct Settings {
    std::string name = "nobody";
};
LAYER_CAKE_MESSAGE(Settings, name)

struct Who {};
LAYER_CAKE_MESSAGE(Who)

} // namespace table

using Table = std::vector<std::vector<double>>;
LAYER_CAKE_REGISTER(Table)

namespace {

lc::Any misbehave(const table::Misbehave& message) {
    if (message.how == "busy") return lc::Busy{{"busy", "", {}, {}}};
    if (message.how == "late") return lc::TimedOut{};
    if (message.how == "teapot") return lc::Faulted{"teapot", "short and stout", 418, {}};
    if (message.how == "full") return table::Full{{"full", "no room", {}, {}}};
    if (message.how == "die") ::_exit(3);
    if (message.how == "wait") {
        if (auto* gate = std::fopen(message.gate.c_str(), "r")) std::fclose(gate);
    }
    return lc::Ack{};
}

} // namespace

std::string worker(lc::Self& self, table::Settings settings) {
    for (;;) {
        auto message = self.input();
        if (message.is<lc::Stop>()) return "ended " + settings.name;
        if (const auto* xy = message.get<table::Xy>()) {
            const double cell = xy->fill == table::Fill::one ? xy->scale.value_or(1) : 0;
            self.reply(
                Table(static_cast<std::size_t>(xy->y), std::vector<double>(static_cast<std::size_t>(xy->x), cell)));
        } else if (const auto* all = message.get<table::Everything>()) {
            self.reply(*all);
        } else if (message.is<table::Who>()) {
            std::fprintf(stderr, "asked who\n");
            self.reply(std::string(settings.name + " " + std::to_string(::getpid())));
        } else if (const auto* how = message.get<table::Misbehave>()) {
            self.reply(misbehave(*how));
        }
    }
}
LAYER_CAKE_OBJECT(worker, lc::accepts<table::Xy, table::Everything, table::Misbehave, table::Who, lc::Stop>)

int main(int argc, char** argv) {
    return lc::run(worker, argc, argv);
}
