#pragma once

#include <layer_cake/realm/nats_service.hpp>
#include <layer_cake/realm/switchboard.hpp>

namespace layer_cake::realm {

/// Answers for a service on a switchboard, as long as it lives. Belongs to the loop's thread.
class ServiceTeller {
public:
    /// @param look  tells of the service as it is now
    ServiceTeller(Switchboard& board, std::function<NatsService()> look);
    ~ServiceTeller();
    ServiceTeller(const ServiceTeller&) = delete;
    ServiceTeller& operator=(const ServiceTeller&) = delete;

private:
    Switchboard& board_;
    std::function<NatsService()> look_;
    std::vector<WatchId> watches_;
};

} // namespace layer_cake::realm
