#pragma once

#include <array>
#include <cstdint>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/type/describe.hpp>
#include <vector>

namespace layer_cake::net {

/// What a listener has done since it began. Times are from a request's last byte to the handing over of its answer.
struct HttpFigures {
    static constexpr std::array<Duration, 14> bounds{
        std::chrono::microseconds(100), std::chrono::microseconds(250),  std::chrono::microseconds(500),
        std::chrono::milliseconds(1),   std::chrono::microseconds(2500), std::chrono::milliseconds(5),
        std::chrono::milliseconds(10),  std::chrono::milliseconds(25),   std::chrono::milliseconds(50),
        std::chrono::milliseconds(100), std::chrono::milliseconds(250),  std::chrono::milliseconds(500),
        std::chrono::seconds(1),        std::chrono::milliseconds(2500)};

    std::uint64_t accepted = 0;                                          ///< connections
    std::uint64_t connections = 0;                                       ///< open now
    std::uint64_t requests = 0;                                          ///< read as a whole
    std::vector<std::uint64_t> by_class = std::vector<std::uint64_t>(5); ///< answers 1xx to 5xx
    std::uint64_t refused = 0;   ///< of the answers: to what was no proper request
    std::uint64_t abandoned = 0; ///< the client had gone before the answer came
    std::uint64_t received_bytes = 0, sent_bytes = 0;
    std::vector<std::uint64_t> latency = std::vector<std::uint64_t>(bounds.size() + 1); ///< answers within each of the
                                                                                        ///< bounds, and beyond
    Duration latency_sum{};

    void count(int status, Duration time);
};
LAYER_CAKE_DESCRIBE_AS(HttpFigures, "layer_cake.http.HttpFigures", accepted, connections, requests, by_class, refused,
                       abandoned, received_bytes, sent_bytes, latency, latency_sum)

} // namespace layer_cake::net

LAYER_CAKE_MADE_ELSEWHERE(layer_cake::net::HttpFigures)
