#pragma once

#include <layer_cake/core/loop.hpp>
#include <layer_cake/home/nats_rules.hpp>
#include <layer_cake/net/http.hpp>
#include <layer_cake/realm/nats_service.hpp>
#include <memory>

namespace layer_cake::supervise {

/// The group's pools for programs that speak NATS: requests of subjects go to pools, as POST requests of the group's
/// endpoint do, and what the pool answers goes back.
///
///     a status of 2xx    the answer's body
///     another            an answer with that status in Nats-Service-Error-Code, what is wrong in Nats-Service-Error,
///                        and the body; so Busy is 503
///     no reply subject   the request is a message: a pool gets it, its answer goes nowhere
///
/// Groups that have the same name and subjects share the requests. It is listed by NATS's tools as a service of the
/// group's name, with an endpoint for each subject. On the loop's thread.
class BusBridge {
public:
    using Take =
        std::function<void(const std::string& pool, net::HttpRequest request, std::shared_ptr<net::HttpAnswer> answer)>;

    /// Fails as nats_options() does. That no server is there is no failure.
    static Result<std::unique_ptr<BusBridge>> open(Loop& loop, const std::string& group, const home::BridgeRules& rules,
                                                   Take take);
    ~BusBridge();
    BusBridge(const BusBridge&) = delete;
    BusBridge& operator=(const BusBridge&) = delete;

private:
    struct Line; ///< to NATS; answers may have it longer than the bridge
    BusBridge() = default;
    std::shared_ptr<Line> line_;
};

} // namespace layer_cake::supervise
