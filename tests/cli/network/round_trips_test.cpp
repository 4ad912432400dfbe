#include <cli/network/round_trips.hpp>
#include <doctest/doctest.h>

using namespace layer_cake;
using namespace std::chrono_literals;
using cli::network::RoundTrips;

TEST_CASE("each ping has its line as it comes") {
    RoundTrips trips;
    trips.add(5174us);
    CHECK(trips.line() == "[0] ... 0.005174s");
    trips.add(std::nullopt);
    CHECK(trips.line() == "[1] ... (timed out)");
}

TEST_CASE("the summary is of those that were answered") {
    RoundTrips trips;
    trips.add(1ms);
    trips.add(3ms);
    trips.add(std::nullopt);
    trips.add(5ms);
    CHECK(trips.summary() == "4 sent, 3 answered, 25% lost\n"
                             "min/avg/max/deviation 0.001000/0.003000/0.005000/0.001633s\n");
    const auto document = trips.to_json();
    CHECK(document.find("loss")->real() == 0.25);
    CHECK(document.find("avg")->real() == 0.003);
    CHECK(document.find("seconds")->array()->at(2).is_null());
}

TEST_CASE("without an answer there are no figures") {
    RoundTrips trips;
    trips.add(std::nullopt);
    CHECK(trips.summary() == "1 sent, 0 answered, 100% lost\n");
    CHECK(trips.to_json().find("min")->is_null());
}
