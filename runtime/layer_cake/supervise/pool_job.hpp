#pragma once

#include <cstdint>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/net/http.hpp>
#include <memory>
#include <string>
#include <utility>

namespace layer_cake::supervise {

/// One request on its way through a pool. It is answered exactly once, whoever is first: the worker, or the pool when
/// the worker is too late or has died; what comes later finds it answered and is dropped.
class PoolJob {
public:
    PoolJob(std::uint64_t id, net::HttpRequest request, std::shared_ptr<net::HttpAnswer> answer)
        : id(id), request(std::move(request)), answer_(std::move(answer)) {}

    const std::uint64_t id;
    const net::HttpRequest request;

    /// Where to answer in parts; none once it is answered.
    net::HttpAnswer* open() const { return answer_.get(); }
    bool answered() const { return !answer_; }
    void send(net::HttpResponse response) {
        if (const auto to = std::exchange(answer_, nullptr); to && !begun_) to->send(std::move(response));
        // Begun and not ended: the client sees the connection cut.
    }
    void begin(int status, net::Headers headers) {
        begun_ = true;
        if (answer_) answer_->begin(status, std::move(headers));
    }
    void end() {
        if (const auto to = std::exchange(answer_, nullptr)) to->end();
    }

private:
    std::shared_ptr<net::HttpAnswer> answer_;
    bool begun_ = false;
};

} // namespace layer_cake::supervise
