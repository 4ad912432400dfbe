// The C++ Actor Framework on the same work, where it is installed.
#include "objects_peers.hpp"

#ifdef WITH_CAF
#include <caf/all.hpp>

namespace bench {
namespace {

caf::behavior echo(caf::event_based_actor*) {
    return {[](std::string& text) { return std::move(text); }};
}

struct Left {
    long count = 0;
};

caf::behavior player(caf::stateful_actor<Left>* self, caf::actor other, long rounds, std::string text) {
    self->state.count = rounds;
    self->send(other, text);
    return {[=](std::string&) {
        if (--self->state.count > 0) return self->send(other, text);
        self->send_exit(other, caf::exit_reason::user_shutdown);
        self->quit();
    }};
}

caf::behavior drain(caf::stateful_actor<Left>* self, long messages) {
    self->state.count = messages;
    return {[=](std::string&) {
        if (--self->state.count == 0) self->quit();
    }};
}

} // namespace

double caf_round_trips(long count, const std::string& text) {
    caf::actor_system_config config;
    config.set("scheduler.max-threads", std::size_t{1});
    caf::actor_system system(config);
    const auto start = Steady::now();
    system.spawn(player, system.spawn(echo), count, text);
    system.await_all_actors_done();
    return static_cast<double>(count) / since(start);
}

double caf_one_way(long count, const std::string& text) {
    caf::actor_system_config config;
    config.set("scheduler.max-threads", std::size_t{1});
    caf::actor_system system(config);
    const auto start = Steady::now();
    const auto sink = system.spawn(drain, count);
    for (long i = 0; i < count; ++i)
        caf::anon_send(sink, text);
    system.await_all_actors_done();
    return static_cast<double>(count) / since(start);
}

} // namespace bench
#else

namespace bench {

double caf_round_trips(long, const std::string&) {
    return 0;
}
double caf_one_way(long, const std::string&) {
    return 0;
}

} // namespace bench
#endif
