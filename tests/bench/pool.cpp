// A pool of two threads with 5 ms of work under load that does not wait for answers, beside the predecessor's rule and
// a plain queue in the same run; and what a pool costs. usage: pool [SECONDS]   (default: 3 of each load)
#include "tests/pool/policies.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <layer_cake/layer_cake.hpp>
#include <random>
#include <thread>

namespace lc = layer_cake;
using namespace std::chrono_literals;
using lc::Duration;
using lc::Instant;

struct Work {
    std::int64_t number = 0;
};
LAYER_CAKE_MESSAGE(Work, number)

namespace {

constexpr Duration responsiveness = 100ms;
constexpr int workers = 2;

void work(lc::Self& self) {
    for (;;) {
        const auto m = self.input();
        if (m.is<lc::Stop>()) return;
        std::this_thread::sleep_for(5ms);
        self.reply(lc::Ack{});
    }
}
void echo(lc::Self& self) {
    for (;;) {
        auto m = self.input();
        if (m.is<lc::Stop>()) return;
        self.reply(std::move(m));
    }
}

/// A pool that goes by another rule.
struct Peer {
    using accepts = lc::accepts<lc::Start, lc::T1, Work>;
    std::unique_ptr<overload::Policy> policy;
    std::vector<lc::Address> all{};
    std::map<std::uint64_t, std::pair<lc::Any, lc::Address>> requests{};
    std::uint64_t last = 0;

    void on(lc::Object& self, lc::Start) {
        for (int i = 0; i < workers; ++i) {
            policy->joined(self.now());
            all.push_back(self.create(lc::own_thread(), work));
        }
    }
    void on(lc::Object& self, lc::T1) { go_on(self); }
    void on(lc::Object& self, const Work&) {
        self.take_over();
        requests[++last] = {std::move(self.message()), self.return_address()};
        obey(self, policy->arrive(last, self.now(), Instant::max()));
        go_on(self);
    }
    void go_on(lc::Object& self) {
        while (const auto decision = policy->next(self.now()))
            obey(self, *decision);
        const auto due = policy->due(self.now());
        if (due != Instant::max()) self.start<lc::T1>(due - self.now());
    }
    void obey(lc::Object& self, const overload::Policy::Decision& decision) {
        using What = overload::Policy::What;
        if (decision.what == What::queue || decision.what == What::create) return;
        const auto found = requests.find(decision.request);
        if (decision.what == What::dispatch) {
            const auto worker = decision.worker;
            self.request(std::move(found->second.first), all[worker.slot], 1h,
                         [this, worker, number = decision.request](lc::Object& self, lc::Any answer) {
                             const auto found = requests.find(number);
                             if (policy->completed(worker, number, self.now()) && found != requests.end()) {
                                 self.send(std::move(answer), found->second.second);
                                 requests.erase(found);
                             }
                             go_on(self);
                         });
            return;
        }
        self.send(lc::Busy{}, found->second.second);
        requests.erase(found);
    }
};

using MakePool = std::function<lc::Address(lc::Object&)>;

lc::Address ours(lc::Object& self) {
    lc::PoolSettings settings;
    settings.count = workers;
    settings.responsiveness = responsiveness;
    return self.create_pool(work, settings);
}
lc::Address predecessor(lc::Object& self) {
    return self.create<Peer>(std::make_unique<overload::Predecessor>(responsiveness, 10u, std::nullopt, 30s));
}
lc::Address plain(lc::Object& self) {
    return self.create<Peer>(std::make_unique<overload::PlainQueue>());
}

struct Result {
    double good = 0; ///< a second
    std::vector<Duration> answers, refusals;
    Duration last_refusal{}; ///< since the load went down
    Duration p99(std::vector<Duration>& spans) {
        if (spans.empty()) return {};
        std::sort(spans.begin(), spans.end());
        return spans[spans.size() * 99 / 100];
    }
};

/// Poisson arrivals, whatever becomes of them.
struct Clients {
    using accepts = lc::accepts<lc::Start, lc::T1, lc::T2, lc::Stop>;
    lc::Address pool;
    double rate; ///< a second
    Duration length;
    Duration calm; ///< then half of the capacity, for that long
    double calm_rate;
    int retries;
    Result& result;
    Instant began{}, next{};
    std::mt19937_64 random{1};
    std::int64_t sent = 0;

    void on(lc::Object& self, lc::Start) {
        began = next = self.now();
        on(self, lc::T1{});
    }
    void on(lc::Object& self, lc::T1) {
        for (; next <= self.now();) {
            attempt(self, next, 0);
            const double now_rate = next < began + length ? rate : calm_rate;
            next += std::chrono::duration_cast<Duration>(
                std::chrono::duration<double>(std::exponential_distribution<>(now_rate)(random)));
        }
        if (next < began + length + calm) return self.start<lc::T1>(next - self.now());
        self.start<lc::T2>(responsiveness);
    }
    void on(lc::Object& self, lc::T2) {
        result.good /= std::chrono::duration<double>(length).count();
        self.complete();
    }
    void on(lc::Object&, lc::Stop) {}
    void attempt(lc::Object& self, Instant due, int before) {
        self.request(Work{++sent}, pool, 1h,
                     [this, due, sent_at = self.now(), before](lc::Object& self, lc::Any answer) {
                         const auto now = self.now();
                         if (answer.is<lc::Ack>()) {
                             if (due < began + length) {
                                 result.answers.push_back(now - due);
                                 if (now - due <= responsiveness) ++result.good;
                             }
                             return;
                         }
                         result.refusals.push_back(now - sent_at);
                         result.last_refusal = std::max(result.last_refusal, now - (began + length));
                         if (before < retries) attempt(self, now, before + 1);
                     });
    }
};

Result run(MakePool make, double rate, Duration length, int retries = 0, Duration calm = 0ms, double calm_rate = 1) {
    Result result;
    lc::Runtime runtime;
    runtime.run([&](lc::Self& self) {
        const auto pool = make(self);
        const auto clients =
            self.create<Clients>(lc::on_thread("clients"), pool, rate, length, calm, calm_rate, retries, result);
        bool done = false;
        self.on_return(clients, [&](lc::Object&, lc::Any) { done = true; });
        while (!done)
            self.input(10ms);
        self.abort();
    });
    return result;
}

/// What two workers answer when they always have something to do.
double capacity(Duration length) {
    lc::Runtime runtime;
    double rate = 0;
    runtime.run([&](lc::Self& self) {
        const auto pool = ours(self);
        const auto end = self.now() + length;
        int done = 0;
        while (self.now() < end) {
            lc::Concurrently all(self);
            for (int i = 0; i < 8; ++i)
                all.ask(Work{i}, pool);
            done += static_cast<int>(all.wait(10s).size());
        }
        rate = done / std::chrono::duration<double>(length).count();
        self.abort();
    });
    return rate;
}

double milliseconds(Duration span) {
    return std::chrono::duration<double, std::milli>(span).count();
}

void row(const char* load, Result result, double full) {
    std::printf(" | %s%5.3f p99 %7.1f ms, refused %5zu p99 %5.2f ms", load, result.good / full,
                milliseconds(result.p99(result.answers)), result.refusals.size(),
                milliseconds(result.p99(result.refusals)));
}

/// Requests a second, 64 at a time, on one thread.
double round_trips(bool pooled, int count) {
    lc::Runtime runtime;
    double rate = 0;
    runtime.run([&](lc::Self& self) {
        lc::PoolSettings settings;
        settings.count = 64;
        const auto target =
            pooled ? self.create<lc::pool::Spool>(
                         settings, "echo", [](lc::Object& spool, const lc::Place&) { return spool.create(echo); })
                   : self.create(echo);
        const auto began = std::chrono::steady_clock::now();
        for (int done = 0; done < count; done += 64) {
            lc::Concurrently all(self);
            for (int i = 0; i < 64; ++i)
                all.ask(Work{i}, target);
            all.wait(10s);
        }
        rate = count / std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        self.abort();
    });
    return rate;
}

} // namespace

int main(int argc, char** argv) {
    const Duration length = std::chrono::seconds(argc > 1 ? std::atoi(argv[1]) : 3);
    const double direct = round_trips(false, 640'000), pooled = round_trips(true, 640'000);
    std::printf("round trips of one thread, 64 at a time: direct %.2f million/s, through a pool %.2f million/s (%.0f "
                "ns more)\n",
                direct / 1e6, pooled / 1e6, 1e9 / pooled - 1e9 / direct);
    const double full = capacity(length);
    std::printf("two threads, 5 ms of work, T %.0f ms; capacity %.0f/s (of 400); goodput / capacity\n",
                milliseconds(responsiveness), full);
    std::printf("load  | ours | predecessor's rule | plain queue\n");
    for (const double load : {0.5, 1.0, 2.0, 5.0, 10.0}) {
        std::printf("%4.1fx", load);
        for (const auto& make : {ours, predecessor, plain})
            row("", run(make, load * full, length), full);
        std::printf("\n");
    }
    std::printf("2.0x, three retries");
    for (const auto& make : {ours, predecessor, plain})
        row("", run(make, 2 * full, length, 3), full);
    for (const double load : {2.0, 10.0}) {
        const auto result = run(ours, load * full, 1s, 0, 2s, full / 2);
        std::printf("\nafter 1 s of %.0fx: the last refusal %.1f ms after the load has gone", load,
                    milliseconds(result.last_refusal));
    }
    std::printf("\n");
}
