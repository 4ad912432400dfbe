#pragma once

#include "../texture/texture.hpp"
#include <random>

/// A client of the texture service: it asks for a table of any size, looks at what comes, and takes a rest.
namespace clients {

namespace lc = layer_cake;
using texture::Table;
using texture::Xy;

struct ClientSettings {
    lc::HostPort server_address{"127.0.0.1", 5050};
    int requests = 1;
    lc::Duration slow_down = std::chrono::milliseconds(500); ///< between two requests, give or take a quarter
    int big_table = 100;                                     ///< the longest side that is asked for
    int seed = 1;                                            ///< the same sizes again for the same seed
};
LAYER_CAKE_MESSAGE(ClientSettings, server_address, requests, slow_down, big_table, seed)

/// How many requests were answered how.
struct Answers {
    int tables = 0;
    int refused = 0;      ///< Busy, Overloaded, TemporarilyUnavailable: the service has too much to do
    int faults = 0;       ///< all others, and no answer in time
    int wrong_tables = 0; ///< of another size, or no table at all
};
LAYER_CAKE_MESSAGE(Answers, tables, refused, faults, wrong_tables)

inline void count(Answers& answers, const lc::Any& answer, const Xy& size) {
    const auto* table = answer.get<Table>();
    const auto fits = [&](const auto& row) { return row.size() == static_cast<std::size_t>(size.x); };
    if (answer.is<lc::Busy>() || answer.is<lc::Overloaded>() || answer.is<lc::TemporarilyUnavailable>())
        ++answers.refused;
    else if (lc::as_fault(answer))
        ++answers.faults;
    else if (table && table->size() == static_cast<std::size_t>(size.y) &&
             std::all_of(table->begin(), table->end(), fits))
        ++answers.tables;
    else
        ++answers.wrong_tables;
}

/// What a client does by chance.
class Mood {
public:
    explicit Mood(const ClientSettings& settings)
        : random_(static_cast<unsigned>(settings.seed)), side_(1, settings.big_table), slow_down_(settings.slow_down) {}

    Xy size() { return {side_(random_), side_(random_)}; }
    lc::Duration pause() {
        return std::chrono::duration_cast<lc::Duration>(slow_down_ *
                                                        std::uniform_real_distribution(0.75, 1.25)(random_));
    }

private:
    std::mt19937 random_;
    std::uniform_int_distribution<int> side_;
    lc::Duration slow_down_;
};

/// The client as a function: it waits where there is something to wait for. Where it runs is up to who creates it.
inline lc::Any client(lc::Self& self, ClientSettings settings) {
    auto server = lc::connect(self, settings.server_address, lc::http_client{.json = true});
    if (!server) return server.fault();
    Mood mood(settings);
    Answers answers;
    for (int i = 0; i < settings.requests; ++i) {
        if (i > 0 && self.delay(mood.pause()).is<lc::Aborted>()) return lc::Aborted{};
        const auto size = mood.size();
        count(answers, self.ask(size, server->proxy_address, std::chrono::seconds(30)), size);
    }
    return answers;
}
LAYER_CAKE_OBJECT(client)

} // namespace clients
