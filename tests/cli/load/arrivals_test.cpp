#include <algorithm>
#include <cli/load/arrivals.hpp>
#include <cmath>
#include <doctest/doctest.h>

using namespace layer_cake;
using namespace layer_cake::cli::load;
using namespace std::chrono_literals;

namespace {

std::vector<Duration> all_of(Arrivals::Rules rules) {
    Arrivals arrivals(std::move(rules));
    std::vector<Duration> times;
    while (const auto next = arrivals.next())
        times.push_back(*next);
    return times;
}

std::size_t between(const std::vector<Duration>& times, Duration from, Duration to) {
    return static_cast<std::size_t>(
        std::count_if(times.begin(), times.end(), [&](Duration time) { return time >= from && time < to; }));
}

} // namespace

TEST_CASE("constant arrivals lie evenly, whatever the number of processes") {
    const std::vector<Phase> phases{{100, 100, 10s}};
    const auto alone = all_of({.phases = phases, .whole = 10s, .constant = true});
    REQUIRE(alone.size() == 1000);
    for (std::size_t i = 0; i < alone.size(); ++i)
        CHECK(std::abs((alone[i] - 10ms * static_cast<int>(i)).count()) < 1000);
    std::vector<Duration> together;
    for (unsigned process = 0; process < 3; ++process) {
        const auto share =
            all_of({.phases = phases, .whole = 10s, .constant = true, .process = process, .processes = 3});
        together.insert(together.end(), share.begin(), share.end());
    }
    std::sort(together.begin(), together.end());
    CHECK(together == alone);
}

TEST_CASE("Poisson arrivals have the rate, and gaps as irregular as they should be") {
    for (const unsigned processes : {1u, 4u}) {
        std::vector<Duration> times;
        for (unsigned process = 0; process < processes; ++process) {
            const auto share = all_of({.phases = {{1000, 1000, 20s}},
                                       .whole = 20s,
                                       .process = process,
                                       .processes = processes,
                                       .seed = 11 + process});
            times.insert(times.end(), share.begin(), share.end());
        }
        std::sort(times.begin(), times.end());
        CHECK(times.size() > 19400); // four standard deviations
        CHECK(times.size() < 20600);
        double sum = 0, squares = 0;
        for (std::size_t i = 1; i < times.size(); ++i) {
            const double gap = std::chrono::duration<double>(times[i] - times[i - 1]).count();
            sum += gap;
            squares += gap * gap;
        }
        const auto count = static_cast<double>(times.size() - 1);
        const double mean = sum / count, deviation = std::sqrt(squares / count - mean * mean);
        CHECK(deviation / mean > 0.95); // of an exponential distribution it is 1
        CHECK(deviation / mean < 1.05);
    }
}

TEST_CASE("the same seed gives the same schedule, another one another") {
    const Arrivals::Rules rules{.phases = {{50, 50, 1s}}, .whole = 1s, .seed = 5};
    auto other = rules;
    other.seed = 6;
    CHECK(all_of(rules) == all_of(rules));
    CHECK(all_of(rules) != all_of(other));
}

TEST_CASE("phases follow each other and are repeated until the time is over") {
    const auto times =
        all_of({.phases = {{10, 10, 1s}, {0, 0, 500ms}, {100, 100, 500ms}}, .whole = 5s, .constant = true});
    CHECK(between(times, 0s, 1s) == 10);
    CHECK(between(times, 1s, 1500ms) == 0);
    CHECK(between(times, 1500ms, 2s) == 50);
    CHECK(between(times, 2s, 4s) == 60);
    CHECK(between(times, 4s, 5s) == 10);
    CHECK(times.back() < 5s);
    CHECK(std::is_sorted(times.begin(), times.end()));
}

TEST_CASE("a ramp sends by its area, up and down") {
    const auto up = all_of({.phases = {{0, 200, 10s}}, .whole = 10s, .constant = true});
    CHECK(up.size() == 1000);
    CHECK(between(up, 0s, 5s) >= 249);
    CHECK(between(up, 0s, 5s) <= 251);
    const auto down = all_of({.phases = {{200, 0, 10s}}, .whole = 10s, .constant = true});
    CHECK(down.size() == 1000);
    CHECK(between(down, 0s, 5s) >= 749);
    CHECK(between(down, 0s, 5s) <= 751);
}

TEST_CASE("a schedule says which phase it is in, and one that sends nothing ends") {
    Arrivals arrivals({.phases = {{1, 1, 1s}, {2, 2, 1s}}, .whole = 2s, .constant = true});
    std::vector<std::size_t> phases;
    while (arrivals.next())
        phases.push_back(arrivals.phase());
    CHECK(phases == std::vector<std::size_t>{0, 1, 1});
    CHECK(all_of({.phases = {{0, 0, 1s}}, .whole = 1s}).empty());
}

TEST_CASE("rates are read with their units and spans") {
    const auto read = parse_rates("100@5s,60/m,0..1000@500ms,7", 9s);
    REQUIRE(read);
    REQUIRE(read->size() == 4);
    CHECK((*read)[0].from == 100);
    CHECK((*read)[0].span == 5s);
    CHECK((*read)[1].from == 1);
    CHECK((*read)[1].span == 500ms); // of the next that has one
    CHECK((*read)[2].from == 0);
    CHECK((*read)[2].to == 1000);
    CHECK((*read)[3].span == 9s); // none follows
    CHECK(length_of(*read) == 15s);
    const auto steps = parse_rates("100,200,400@10s", 1s);
    REQUIRE(steps);
    CHECK(length_of(*steps) == 30s);
    CHECK(parse_rates("1.5/s", 1s)->front().from == 1.5);
    CHECK(parse_rates("7200/h", 1s)->front().from == 2);
}

TEST_CASE("what is no rate is refused by name") {
    for (const char* text : {"", "x", "-1", "1e3", "10/d", "10@", "10@0s", "10@5", "1..", "..1", "0", "0..0@1s",
                             "99999999", "1,,2", "inf", "nan", "10 "}) {
        CAPTURE(text);
        const auto read = parse_rates(text, 1s);
        CHECK_FALSE(read);
        if (!read) CHECK(read.error().fault == Fault::invalid);
    }
}
