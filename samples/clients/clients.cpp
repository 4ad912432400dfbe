#include "client_machine.hpp"

using namespace clients;

enum class Where { thread, fiber, named_thread, machine };
LAYER_CAKE_ENUM(Where, thread, fiber, named_thread, machine)

struct Settings {
    lc::HostPort server_address{"127.0.0.1", 5050};
    int count = 1; ///< of clients
    int requests = 1;
    lc::Duration slow_down = std::chrono::milliseconds(500);
    int big_table = 100;
    int seed = 1;
    Where where = Where::thread;
};
LAYER_CAKE_MESSAGE(Settings, server_address, count, requests, slow_down, big_table, seed, where)

// All that the variants differ in.
lc::Address start(lc::Self& self, Where where, const ClientSettings& settings) {
    switch (where) {
    case Where::thread:
        return self.create(lc::own_thread(), client, settings);
    case Where::named_thread:
        return self.create(lc::on_thread("clients"), client, settings);
    case Where::machine:
        return self.create<ClientMachine>(settings);
    case Where::fiber:
        break;
    }
    return self.create(client, settings);
}

lc::Any simulate(lc::Self& self, Settings settings) {
    for (const int number : {settings.count, settings.requests, settings.big_table})
        if (number < 1 || number > 1000)
            return lc::Faulted{"cannot simulate", "count, requests and big_table are 1-1000 each", {}, 2};
    for (int i = 0; i < settings.count; ++i)
        start(self, settings.where,
              {settings.server_address, settings.requests, settings.slow_down, settings.big_table, settings.seed + i});
    Answers all;
    for (int ended = 0; ended < settings.count;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return lc::Aborted{};
        auto* returned = m.get<lc::Returned>();
        if (!returned) continue;
        auto* answers = returned->message.get<Answers>();
        if (!answers) return std::move(returned->message); // there is no such server: one fault speaks for all
        all.tables += answers->tables;
        all.refused += answers->refused;
        all.faults += answers->faults;
        all.wrong_tables += answers->wrong_tables;
        ++ended;
    }
    return all;
}
LAYER_CAKE_OBJECT(simulate)

int main(int argc, char** argv) {
    return lc::run(simulate, argc, argv);
}
