#include <algorithm>
#include <layer_cake/supervise/proxy_worker.hpp>

namespace layer_cake::supervise {

ProxyWorker::ProxyWorker(Loop& loop, std::uint16_t port, Events events) : loop_(loop), events_(std::move(events)) {
    place_.endpoint = {{}, "127.0.0.1", port};
    place_.addresses = net::known_addresses(place_.endpoint.host, port);
}

ProxyWorker::~ProxyWorker() {
    for (const auto& connection : connections_)
        connection->close();
}

void ProxyWorker::take(std::shared_ptr<PoolJob> job) {
    auto found = std::find_if(connections_.begin(), connections_.end(), [](const auto& one) { return one->idle(); });
    if (found == connections_.end()) {
        connections_.push_back(std::make_shared<ProxyConnection>(
            loop_, place_, [this](std::uint64_t id, bool fine) { fine ? events_.done(id) : events_.failed(id); }));
        found = connections_.end() - 1;
    }
    const auto connection = *found; // it may call back at once
    connection->take(std::move(job));
}

} // namespace layer_cake::supervise
