#include <doctest/doctest.h>
#include <layer_cake/supervise/restart.hpp>
#include <set>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace std::chrono_literals;
using home::RestartRules;
using Kind = Restart::Answer::Kind;

namespace {

RestartRules always(std::vector<Duration> first, std::optional<Duration> regular) {
    RestartRules rules;
    rules.policy = RestartRules::Policy::always;
    rules.first_steps = std::move(first);
    rules.regular_steps = regular;
    return rules;
}

std::vector<Duration> delays(const RestartRules& rules, int count, std::uint64_t seed = 1) {
    Random random(seed);
    Restart restart(rules, random);
    std::vector<Duration> list;
    for (int i = 0; i < count; ++i) {
        const auto answer = restart.after_end(false, 0s, Instant());
        if (answer.kind != Kind::after) break;
        list.push_back(answer.delay);
    }
    return list;
}

} // namespace

TEST_CASE("delays are the first steps, then the regular one for ever") {
    CHECK(delays(always({}, 2s), 4) == std::vector<Duration>{2s, 2s, 2s, 2s});
    CHECK(delays(always({1s, 2s, 4s}, 10s), 5) == std::vector<Duration>{1s, 2s, 4s, 10s, 10s});
    CHECK(delays(always({1s, 2s, 4s}, {}), 5) == std::vector<Duration>{1s, 2s, 4s, 4s, 4s});
    CHECK(delays(always({}, {}), 2) == std::vector<Duration>{0s, 0s});
}

TEST_CASE("a step limit of N gives exactly N restarts") {
    for (int limit = 0; limit < 6; ++limit) {
        auto rules = always({1s, 2s, 4s}, 10s);
        rules.step_limit = limit;
        CHECK(delays(rules, 100).size() == static_cast<std::size_t>(limit));
    }
}

TEST_CASE("policies decide by how it ended") {
    struct {
        RestartRules::Policy policy;
        bool success;
        Kind kind;
    } const rows[] = {
        {RestartRules::Policy::no, true, Kind::never},         {RestartRules::Policy::no, false, Kind::never},
        {RestartRules::Policy::on_failure, true, Kind::never}, {RestartRules::Policy::on_failure, false, Kind::after},
        {RestartRules::Policy::always, true, Kind::after},     {RestartRules::Policy::always, false, Kind::after},
    };
    for (const auto& row : rows) {
        auto rules = always({}, 1s);
        rules.policy = row.policy;
        Random random(1);
        Restart restart(rules, random);
        CHECK(restart.after_end(row.success, 0s, Instant()).kind == row.kind);
    }
}

TEST_CASE("jitter is a whole number of grains within its part of the delay, and reproducible") {
    auto rules = always({}, 10s);
    rules.randomized = 250ms;
    for (const double part : {1.0, 0.1, 0.0}) {
        rules.truncated = part;
        std::set<Duration> seen;
        for (std::uint64_t seed = 1; seed < 200; ++seed)
            for (const auto delay : delays(rules, 5, seed)) {
                CHECK(delay >= 10s);
                CHECK(delay <= 10s + std::chrono::duration_cast<Duration>(10s * part));
                CHECK((delay - 10s) % 250ms == 0ns);
                seen.insert(delay);
            }
        CHECK(seen.size() == static_cast<std::size_t>(10 * part / 0.25) + 1); // every grain occurs, both ends included
    }
    rules.truncated = 1;
    CHECK(delays(rules, 20, 7) == delays(rules, 20, 7));
    CHECK(delays(rules, 20, 7) != delays(rules, 20, 8));
    rules.regular_steps = Duration::max() - 1s;
    CHECK(delays(rules, 3).front() >= Duration::max() - 1s); // no overflow
}

TEST_CASE("a life of reset_after starts the steps over") {
    auto rules = always({1s, 2s}, 4s);
    rules.reset_after = 30s;
    rules.step_limit = 3;
    Random random(1);
    Restart restart(rules, random);
    CHECK(restart.after_end(false, 0s, Instant()).delay == 1s);
    CHECK(restart.after_end(false, 30s - 1ns, Instant()).delay == 2s);
    CHECK(restart.after_end(false, 30s, Instant()).delay == 1s);
    CHECK(restart.after_end(false, 0s, Instant()).delay == 2s);
    CHECK(restart.after_end(false, 0s, Instant()).delay == 4s);
    CHECK(restart.after_end(false, 0s, Instant()).kind == Kind::gave_up);
    CHECK(restart.restarts() == 5);
}

TEST_CASE("max failures within the window are the end, spread wider they are not") {
    auto rules = always({}, 0s);
    rules.max = 3;
    rules.window = 10s;
    const Instant start(1h);
    Random random(1);
    Restart close(rules, random);
    CHECK(close.after_end(false, 0s, start).kind == Kind::after);
    CHECK(close.after_end(false, 0s, start + 5s).kind == Kind::after);
    CHECK(close.after_end(true, 0s, start + 6s).kind == Kind::after); // a success is no failure
    CHECK(close.after_end(false, 0s, start + 10s).kind == Kind::gave_up);
    CHECK(close.in_window(start + 10s) == 3);

    close.reset();
    CHECK(close.in_window(start + 10s) == 0);
    CHECK(close.after_end(false, 0s, start + 10s).kind == Kind::after);

    Restart wide(rules, random);
    for (int i = 0; i < 50; ++i)
        CHECK(wide.after_end(false, 5s, start + i * 5001ms).kind == Kind::after);
}

TEST_CASE("a crash loop without limits keeps a bounded memory of itself") {
    auto rules = always({}, 0s);
    Random random(1);
    Restart restart(rules, random);
    for (int i = 0; i < 5000; ++i)
        restart.after_end(false, 0s, Instant(1h));
    CHECK(restart.in_window(Instant(1h)) == 1000);
}
