#include "tests/pool/simulation.hpp"

#include <doctest/doctest.h>

using namespace overload;
using namespace std::chrono_literals;

namespace {

const char* name(Service service) {
    return service == Service::constant ? "constant" : service == Service::exponential ? "exponential" : "bimodal";
}

// A sanitizer sees as much in a few of them, in time.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

template <class Try>
void each_scenario(Try attempt) {
    for (const auto service : {Service::constant, Service::exponential, Service::bimodal})
        for (const int workers : {1, 2, 8})
            for (const int retries : {0, 3}) {
                if (sanitized && (service != Service::exponential || workers != 2)) continue;
                Scenario scenario;
                scenario.service = service;
                scenario.workers = workers;
                scenario.retries = retries;
                scenario.length = 12s;
                scenario.until = scenario.length;
                INFO(name(service), ", ", workers, " workers, ", retries, " retries");
                attempt(scenario);
            }
}

Outcome run_ours(const Scenario& scenario) {
    const auto outcome = simulate(*ours(scenario), scenario);
    CHECK(outcome.idle_with_queue == 0ms);
    CHECK(outcome.twice == 0);
    CHECK(outcome.silent == 0);
    return outcome;
}

/// That much more load from 4 s to 6 s, and half a load else.
std::function<double(Duration)> burst(double load) {
    return [load](Duration age) { return age >= 4s && age < 6s ? load : 0.5; };
}

} // namespace

TEST_CASE("below the capacity nearly all is answered in time") {
    each_scenario([](Scenario& scenario) {
        scenario.load = steady(0.5);
        const auto outcome = run_ours(scenario);
        CHECK(outcome.goodput >= 0.45);
        CHECK(outcome.refused * 25 <= outcome.offered);
    });
}

TEST_CASE("above the capacity the workers do nothing but what is answered in time") {
    each_scenario([](Scenario& scenario) {
        for (const double load : {1.4, 2.0, 3.0, 5.0, 10.0}) {
            INFO("load ", load);
            scenario.load = steady(load);
            const auto outcome = run_ours(scenario);
            CHECK(outcome.goodput >= (load <= 3 ? 0.95 : 0.9));
            CHECK(outcome.p99 <= scenario.responsiveness * 12 / 10);
        }
    });
}

TEST_CASE("the predecessor's rule and a plain queue do worse, at every load above the capacity") {
    for (const auto service : {Service::constant, Service::exponential, Service::bimodal})
        for (const int workers : {1, 2, 8})
            for (const double load : {1.4, 2.0, 5.0, 10.0}) {
                if (sanitized && (service != Service::exponential || workers != 2)) continue;
                INFO(name(service), ", ", workers, " workers, load ", load);
                Scenario scenario;
                scenario.service = service;
                scenario.workers = workers;
                scenario.load = steady(load);
                scenario.length = 8s;
                scenario.until = scenario.length;
                const auto outcome = run_ours(scenario);
                CHECK(outcome.goodput > simulate(*predecessor(scenario), scenario).goodput);
                CHECK(outcome.goodput > simulate(*plain_queue(), scenario).goodput);
            }
}

TEST_CASE("when the load has gone refusals end within the responsiveness") {
    each_scenario([](Scenario& scenario) {
        for (const double load : {2.0, 10.0}) {
            INFO("load ", load);
            scenario.load = burst(load);
            scenario.from = 6100ms;
            const auto outcome = run_ours(scenario);
            CHECK(outcome.refused * 50 <= outcome.offered);
            CHECK(outcome.goodput >= 0.44);
        }
    });
}

TEST_CASE("with even work there is no refusal at all after a burst") {
    for (const int workers : {1, 2, 8})
        for (const int retries : {0, 3})
            for (const double load : {2.0, 5.0, 10.0}) {
                Scenario scenario;
                scenario.workers = workers;
                scenario.retries = retries;
                scenario.load = burst(load);
                scenario.length = 12s;
                scenario.until = scenario.length;
                CHECK(run_ours(scenario).last_refusal < 6100ms);
            }
}

TEST_CASE("a step up is answered at once: the first tenth of a second of it is as good as the rest") {
    each_scenario([](Scenario& scenario) {
        scenario.load = [](Duration age) { return age < 4s ? 0.5 : 5.0; };
        scenario.from = 4s;
        scenario.until = 4500ms;
        CHECK(run_ours(scenario).goodput >= 0.85);
    });
}

TEST_CASE("workers that take twice as long, and back, cost what they cost and no more") {
    each_scenario([](Scenario& scenario) {
        scenario.load = steady(3);
        scenario.slowdown = [](Duration age) { return age >= 4s && age < 7s ? 2.0 : 1.0; };
        scenario.from = 4s;
        scenario.until = 7s;
        CHECK(run_ours(scenario).goodput >= 0.42);
        scenario.from = 7s;
        scenario.until = 10s;
        CHECK(run_ours(scenario).goodput >= 0.9);
    });
}

TEST_CASE("a worker that ends, or hangs, costs its share until it is replaced") {
    each_scenario([](Scenario& scenario) {
        if (scenario.workers == 1) return;
        const double share = (scenario.workers - 1.0) / scenario.workers;
        for (const bool hangs : {false, true}) {
            INFO((hangs ? "hangs" : "ends"));
            scenario.load = steady(2);
            (hangs ? scenario.hangs : scenario.deaths) = {4s};
            scenario.from = 4s;
            scenario.until = 5s;
            CHECK(run_ours(scenario).goodput >= 0.8 * share);
            scenario.from = 8s;
            scenario.until = 11s;
            CHECK(run_ours(scenario).goodput >= 0.93);
            scenario.deaths.clear();
        }
    });
}

TEST_CASE("a pool whose only worker ends comes back with its replacement") {
    Scenario scenario;
    scenario.workers = 1;
    scenario.load = steady(2);
    scenario.deaths = {4s};
    scenario.from = 7s;
    CHECK(run_ours(scenario).goodput >= 0.95);
}

TEST_CASE("a window of more than one request keeps the answers in time") {
    each_scenario([](Scenario& scenario) {
        scenario.window = 4;
        for (const double load : {2.0, 10.0}) {
            scenario.load = steady(load);
            const auto outcome = run_ours(scenario);
            CHECK(outcome.goodput >= 0.87);
            CHECK(outcome.p99 <= scenario.responsiveness * 14 / 10);
        }
    });
}

TEST_CASE("with room for three requests only, as many as fit are answered") {
    Scenario scenario;
    scenario.responsiveness = 16ms;
    for (const int workers : {1, 2, 8}) {
        scenario.workers = workers;
        for (const double load : {2.0, 10.0}) {
            scenario.load = steady(load);
            CHECK(run_ours(scenario).goodput >= 0.9);
        }
    }
}
