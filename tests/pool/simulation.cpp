#include "tests/pool/simulation.hpp"

#include <algorithm>
#include <queue>
#include <unordered_map>
#include <utility>

namespace overload {
namespace {

using std::chrono::duration_cast;

Duration seconds(double value) {
    return duration_cast<Duration>(std::chrono::duration<double>(value));
}

class Simulation {
public:
    Simulation(Policy& policy, const Scenario& scenario)
        : policy_(policy), scenario_(scenario), random_(scenario.seed) {
        now_ = start_;
        for (int i = 0; i < scenario.workers; ++i)
            join();
    }

    Outcome run() {
        outcome_.capacity = scenario_.workers / std::chrono::duration<double>(scenario_.service_time).count();
        next_arrival();
        for (const auto when : scenario_.deaths)
            at(start_ + when, Kind::death);
        for (const auto when : scenario_.hangs)
            at(start_ + when, Kind::hang);
        while (!events_.empty()) {
            const auto event = events_.top();
            events_.pop();
            if (event.when > start_ + scenario_.length + 10 * scenario_.responsiveness) break;
            if (idle_worker() && waiting_ > 0) outcome_.idle_with_queue += event.when - now_;
            now_ = event.when;
            happen(event);
            obey();
        }
        return finish();
    }

private:
    enum class Kind { arrival, attempt, done, due, death, hang, patience };
    struct Event {
        Instant when;
        std::uint64_t serial;
        Kind kind;
        std::uint64_t about;
        bool operator>(const Event& other) const {
            return std::pair(when, serial) > std::pair(other.when, other.serial);
        }
    };
    struct Client { ///< one wish, and its attempts
        Instant first;
        int attempts = 0;
        bool good = false;
        bool counted = false;
    };
    struct Attempt {
        std::uint64_t client;
        Instant began;
        bool told = false, waits = false, given_up = false;
    };
    struct Worker {
        Policy::Worker handle;
        bool alive = true, hangs = false;
        std::deque<std::uint64_t> work{};
    };

    void at(Instant when, Kind kind, std::uint64_t about = 0) { events_.push({when, serial_++, kind, about}); }

    void next_arrival() {
        const double load = scenario_.load(now_ - start_);
        if (now_ - start_ > scenario_.length) return;
        if (load <= 0) return at(now_ + std::chrono::milliseconds(1), Kind::arrival, 1);
        const double rate = load * outcome_.capacity;
        at(now_ + seconds(std::exponential_distribution<>(rate)(random_)), Kind::arrival);
    }

    void join() { workers_[key(add())].alive = true; }
    Policy::Worker add() {
        const auto handle = policy_.joined(now_);
        workers_[key(handle)].handle = handle;
        return handle;
    }
    static std::uint64_t key(Policy::Worker worker) { return std::uint64_t{worker.use} << 32 | worker.slot; }

    bool idle_worker() const {
        return std::any_of(workers_.begin(), workers_.end(), [](const auto& entry) {
            return entry.second.alive && !entry.second.hangs && entry.second.work.empty();
        });
    }

    void happen(const Event& event) {
        switch (event.kind) {
        case Kind::arrival:
            if (event.about == 0) {
                const auto age = now_ - start_;
                clients_.push_back({now_, 0, false, age >= scenario_.from && age < scenario_.until});
                attempt(clients_.size() - 1);
            }
            return next_arrival();
        case Kind::attempt:
            return attempt(event.about);
        case Kind::done:
            return done(event.about);
        case Kind::due:
            armed_ = Instant::max();
            return;
        case Kind::death:
            return lose(false);
        case Kind::hang:
            return lose(true);
        case Kind::patience: {
            auto& one = attempts_[event.about];
            if (one.told) return;
            one.given_up = true;
            return retry(one.client);
        }
        }
    }

    void attempt(std::uint64_t client) {
        ++clients_[client].attempts;
        if (clients_[client].counted) ++outcome_.offered;
        attempts_.push_back({client, now_});
        const auto request = attempts_.size() - 1;
        if (scenario_.retries) at(now_ + scenario_.responsiveness, Kind::patience, request);
        obey(policy_.arrive(request, now_, Instant::max()));
    }

    void retry(std::uint64_t client) {
        if (clients_[client].attempts > scenario_.retries) return;
        at(now_ + scenario_.pause, Kind::attempt, client);
    }

    void obey() {
        while (const auto decision = policy_.next(now_))
            obey(*decision);
        const auto due = policy_.due(now_);
        if (due < armed_) {
            armed_ = due;
            at(std::max(due, now_), Kind::due);
        }
    }

    void obey(const Policy::Decision& decision) {
        using What = Policy::What;
        if (decision.what == What::create) return join();
        if (decision.what == What::give_up) {
            workers_[key(decision.worker)].alive = false;
            return;
        }
        if (decision.what == What::abandoned) return;
        auto& one = attempts_[decision.request];
        if (decision.what == What::queue) {
            one.waits = true;
            ++waiting_;
            return;
        }
        const bool waited = std::exchange(one.waits, false);
        if (waited) --waiting_;
        if (decision.what == What::dispatch) {
            auto& worker = workers_[key(decision.worker)];
            if (!worker.alive) return; // the predecessor does that
            worker.work.push_back(decision.request);
            if (worker.work.size() == 1) begin(worker);
            return;
        }
        if (std::exchange(one.told, true)) ++outcome_.twice;
        outcome_.last_refusal = now_ - start_;
        const auto& client = clients_[one.client];
        if (client.counted) ++outcome_.refused;
        if (client.counted && waited) ++outcome_.late_refused;
        if (!one.given_up) retry(one.client);
    }

    void begin(Worker& worker) {
        if (worker.hangs) return;
        const double mean = std::chrono::duration<double>(scenario_.service_time).count();
        double time = mean;
        if (scenario_.service == Service::exponential) time = std::exponential_distribution<>(1 / mean)(random_);
        if (scenario_.service == Service::bimodal)
            time = mean / 1.09 * (std::uniform_int_distribution<>(1, 100)(random_) == 1 ? 10 : 1);
        if (scenario_.slowdown) time *= scenario_.slowdown(now_ - start_);
        at(now_ + seconds(time), Kind::done, key(worker.handle));
    }

    void done(std::uint64_t number) {
        auto& worker = workers_[number];
        if (!worker.alive || worker.hangs) return;
        const auto request = worker.work.front();
        worker.work.pop_front();
        if (!worker.work.empty()) begin(worker);
        if (!policy_.completed(worker.handle, request, now_)) return;
        auto& one = attempts_[request];
        if (std::exchange(one.told, true)) ++outcome_.twice;
        if (one.given_up) return;
        auto& client = clients_[one.client];
        const auto span = now_ - one.began;
        if (!client.counted) return;
        answers_.push_back(span);
        client.good = client.good || span <= scenario_.responsiveness;
    }

    void lose(bool hang) {
        const auto found = std::find_if(workers_.begin(), workers_.end(), [](const auto& entry) {
            return entry.second.alive && !entry.second.hangs && !entry.second.work.empty();
        });
        if (found == workers_.end()) return at(now_ + std::chrono::microseconds(100), hang ? Kind::hang : Kind::death);
        if (hang) {
            found->second.hangs = true;
            return;
        }
        found->second.alive = false;
        policy_.left(found->second.handle, now_);
    }

    Outcome finish() {
        const double time = std::chrono::duration<double>(scenario_.until - scenario_.from).count();
        const auto good =
            std::count_if(clients_.begin(), clients_.end(), [](const auto& client) { return client.good; });
        outcome_.goodput = static_cast<double>(good) / time / outcome_.capacity;
        outcome_.answered = static_cast<double>(answers_.size()) / time / outcome_.capacity;
        std::sort(answers_.begin(), answers_.end());
        if (!answers_.empty()) {
            outcome_.p50 = answers_[answers_.size() / 2];
            outcome_.p99 = answers_[answers_.size() * 99 / 100];
        }
        for (const auto& one : attempts_)
            if (!one.told && now_ - one.began > 6 * scenario_.responsiveness) ++outcome_.silent;
        return outcome_;
    }

    Policy& policy_;
    const Scenario& scenario_;
    std::mt19937_64 random_;
    const Instant start_{std::chrono::hours(1)};
    Instant now_{};
    Instant armed_ = Instant::max();
    std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
    std::uint64_t serial_ = 0;
    std::deque<Client> clients_;
    std::deque<Attempt> attempts_;
    std::unordered_map<std::uint64_t, Worker> workers_;
    std::size_t waiting_ = 0;
    std::vector<Duration> answers_;
    Outcome outcome_;
};

} // namespace

Outcome simulate(Policy& policy, const Scenario& scenario) {
    return Simulation(policy, scenario).run();
}

Admission::Rules rules_for(const Scenario& scenario) {
    Admission::Rules rules;
    rules.size_of_queue = 1000;
    rules.responsiveness = scenario.responsiveness;
    rules.stand_down = std::chrono::seconds(2);
    rules.window = static_cast<unsigned>(scenario.window);
    return rules;
}
std::unique_ptr<Policy> ours(const Scenario& scenario) {
    return std::make_unique<Ours>(rules_for(scenario), scenario.seed);
}
std::unique_ptr<Policy> predecessor(const Scenario& scenario) {
    return std::make_unique<Predecessor>(scenario.responsiveness, 10u, std::nullopt, std::chrono::seconds(2));
}
std::unique_ptr<Policy> plain_queue() {
    return std::make_unique<PlainQueue>();
}

std::function<double(Duration)> steady(double load) {
    return [load](Duration) { return load; };
}

} // namespace overload
