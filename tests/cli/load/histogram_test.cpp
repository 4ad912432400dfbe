#include <algorithm>
#include <cli/load/chart.hpp>
#include <cli/load/figures.hpp>
#include <cli/load/histogram.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>
#include <random>

using namespace layer_cake;
using namespace layer_cake::cli::load;
using namespace std::chrono_literals;

namespace {

std::vector<Duration> some_times(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 engine(seed);
    std::lognormal_distribution<double> times(13, 2); // 0.4 ms in the middle, a long tail
    std::vector<Duration> all;
    for (std::size_t i = 0; i < count; ++i)
        all.emplace_back(static_cast<Duration::rep>(times(engine)));
    return all;
}

} // namespace

TEST_CASE("a percentile is within one per cent of the exact one") {
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        auto times = some_times(20'000, seed);
        Histogram histogram;
        for (const auto time : times)
            histogram.add(time);
        std::sort(times.begin(), times.end());
        for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999}) {
            const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(times.size())));
            const auto exact = static_cast<double>(times[rank - 1].count());
            CAPTURE(share);
            CHECK(std::abs(static_cast<double>(histogram.percentile(share).count()) - exact) <= 0.01 * exact);
        }
        CHECK(histogram.percentile(0) == times.front());
        CHECK(histogram.percentile(1) == times.back());
        CHECK(histogram.least() == times.front());
        CHECK(histogram.most() == times.back());
    }
}

TEST_CASE("every power of two, and what lies beside it, falls into a bucket less than one per cent away") {
    for (int bit = 0; bit < 42; ++bit)
        for (const Duration::rep beside : {-1, 0, 1}) {
            const Duration time((Duration::rep(1) << bit) + beside);
            Histogram histogram;
            histogram.add(time);
            histogram.add(time * 3); // so that the first is not the largest
            CAPTURE(time.count());
            const auto found = histogram.percentile(0.5).count();
            CHECK(std::abs(static_cast<double>(found - time.count())) <= 0.01 * static_cast<double>(time.count()));
        }
}

TEST_CASE("histograms of parts add up to that of the whole, over a text as well") {
    const auto times = some_times(5000, 7);
    Histogram whole, odd, even;
    for (std::size_t i = 0; i < times.size(); ++i) {
        whole.add(times[i]);
        (i % 2 ? odd : even).add(times[i]);
    }
    Histogram sum = even;
    const auto text = codec::write_json(odd.to_value());
    sum.add(Histogram::from_value(*codec::parse_json(text)));
    CHECK(codec::write_json(sum.to_value().find("buckets")[0]) ==
          codec::write_json(whole.to_value().find("buckets")[0]));
    CHECK(sum.count() == 5000);
    CHECK(sum.least() == whole.least());
    CHECK(sum.most() == whole.most());
    CHECK(std::abs((sum.mean() - whole.mean()).count()) <= 1);
}

TEST_CASE("an empty histogram, times below zero and beyond the end are harmless") {
    Histogram histogram;
    CHECK(histogram.percentile(0.5) == Duration());
    CHECK(histogram.mean() == Duration());
    CHECK(histogram.least() == Duration());
    Histogram read = Histogram::from_value(histogram.to_value());
    CHECK(read.empty());
    read.add(histogram);
    CHECK(read.empty());
    histogram.add(-5ns);
    histogram.add(24h);
    CHECK(histogram.least() == 0ns);
    CHECK(histogram.most() == 24h);
    CHECK(histogram.percentile(1) == 24h);
    for (const char* text : {"{}", "[]", "{\"buckets\":[[1],[\"x\",2],[-1,-2],[999999999,1],7]}"})
        CHECK(Histogram::from_value(*codec::parse_json(text)).count() <= 2);
}

TEST_CASE("between counts each time once") {
    const auto times = some_times(3000, 9);
    Histogram histogram;
    for (const auto time : times)
        histogram.add(time);
    CHECK(histogram.between(0ns, 1ms) + histogram.between(1ms, 24h) == 3000);
}

TEST_CASE("a chart has at most fourteen lines, and they count all") {
    for (const double spread : {0.001, 0.1, 0.5, 1.0, 2.0, 4.0}) {
        std::mt19937_64 engine(3);
        std::lognormal_distribution<double> times(14, spread);
        Histogram histogram;
        for (int i = 0; i < 4000; ++i)
            histogram.add(Duration(static_cast<Duration::rep>(times(engine))));
        const auto lines = draw_chart(histogram, {.width = 20, .blocks = false});
        CAPTURE(spread);
        CHECK(lines.size() <= 14);
        CHECK(lines.size() >= 2);
        std::uint64_t sum = 0;
        std::size_t longest = 0;
        for (const auto& line : lines) {
            auto digits = line.substr(line.find("s  ") + 3);
            digits = digits.substr(0, digits.find_last_of("0123456789") + 1);
            digits.erase(std::remove_if(digits.begin(), digits.end(), [](char c) { return c == ',' || c == ' '; }),
                         digits.end());
            sum += std::stoull(digits);
            longest = std::max(longest, static_cast<std::size_t>(std::count(line.begin(), line.end(), '#')));
        }
        CHECK(sum == 4000);
        CHECK(longest == 20);
    }
    CHECK(draw_chart({}, {}).empty());
    Histogram one;
    one.add(1ms);
    CHECK(draw_chart(one, {.width = 3}).size() <= 2);
    CHECK(draw_chart(one, {.width = 3}).back().find("███") != std::string::npos);
}

TEST_CASE("figures are short") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(1234567) == "1,234,567");
    CHECK(time_text(0ns) == "0 ns");
    CHECK(time_text(812us) == "812 us");
    CHECK(time_text(1230us) == "1.23 ms");
    CHECK(time_text(12345us) == "12.3 ms");
    CHECK(time_text(999600us) == "1.00 s");
    CHECK(time_text(75s) == "75.0 s");
    CHECK(rate_text(0) == "0.00/s");
    CHECK(rate_text(12.34) == "12.3/s");
    CHECK(rate_text(12345.6) == "12,346/s");
    CHECK(share_text(1, 0).empty());
    CHECK(share_text(1, 1) == "100.0 %");
    CHECK(share_text(99999, 100000) == "99.9 %"); // never all when it is not
    CHECK(share_text(1, 100000) == "0.001 %");
}
