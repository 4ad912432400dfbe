#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/clock.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::realm {

/// One subject of a service on NATS, and what came to it.
struct NatsEndpoint {
    std::string name;
    std::string subject;
    std::string share{}; ///< of its watchers
    std::uint64_t requests = 0, errors = 0;
    Duration time{}; ///< that all requests took
    std::string last_error{};
};

/// What a program tells of itself on NATS, so that NATS's tools list it (`nats micro ls`). What stands beside it
/// answers the subjects `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS`, alone, with the name and with name and id behind it.
struct NatsService {
    std::string name; ///< letters, digits, - and _
    std::string id;
    std::string version = "0.1.0";
    std::string description{};
    std::vector<std::pair<std::string, std::string>> metadata{};
    std::vector<NatsEndpoint> endpoints{};
    WallTime started{};

    /// All subjects that are to be watched.
    std::vector<std::string> subjects() const;
    /// The answer to a message of that subject, as JSON; nothing when it is none of these.
    std::optional<std::string> answer(std::string_view subject) const;
};

/// `text` with anything else as a dash.
std::string nats_service_name(std::string_view text);

} // namespace layer_cake::realm
