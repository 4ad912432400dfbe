#pragma once

#include <functional>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/net/http.hpp>
#include <layer_cake/supervise/status.hpp>
#include <memory>
#include <string>
#include <vector>

/// The client's side of the control socket, for commands. layer-cake-control(7) has the routes:
///
///     GET  /status                          -> layer-cake.status/1
///     POST /start|/stop|/restart            {"roles": [...], "dependencies": bool, "kill": bool} -> status when done
///                                           /restart also {"rolling": true}: one after the other
///     GET  /pools                           -> layer-cake.pools/1
///     POST /reload                          reads the definition again, applies the difference (to "roles") ->
///                                           {"added": ...}; with "dry_run": only says it, of "definition" when given
///     POST /flush                           {"roles": [...]} -> {} when what they have written is in their logs
///     POST /shutdown                        {"kill": bool} stops all and ends the group -> when all is gone
///     GET  /events?brief=true               JSON lines for ever: first {"event":"snapshot","status":...}, then
///                                           {"event":"role","role":{...}} each time one changes, last
///                                           {"event":"end","returned":{...}}
///     GET  /metrics                         the roles' figures as Prometheus reads them (metrics.hpp)
///     GET  /log?role=a&role=b&follow=true&tail=10   JSON lines {"time","role","stream","text"}
///
/// A refusal is {"error": {"fault": "missing", "detail": "no role \"x\""}} with a fitting status.
namespace layer_cake::supervise {

/// The error in the body of a refusal, or what its status alone says.
Error refusal(const net::HttpResponse& response);

class ControlClient {
public:
    explicit ControlClient(const home::Paths& paths) : endpoint_{.path = paths.control().string()} {}

    /// @param usage  with what each role's processes take
    Result<GroupStatus> status(Duration timeout = std::chrono::seconds(10), bool usage = false);
    /// Sends a request and gives the body of a 2xx answer, or the refusal as an Error. `not_running` when nobody
    /// listens.
    Result<codec::Value> call(std::string_view method, std::string_view target, const codec::Value& body,
                              Duration timeout);
    const net::Endpoint& endpoint() const { return endpoint_; }

private:
    net::Endpoint endpoint_;
};

/// Reads /events on a loop. `came` gets the lines that arrived together, at least one; `closed` is the last call:
/// success when the group ended the stream, `not_running` when nobody listens. Either may destroy the stream;
/// destroying it ends it silently. It asks for the brief form (status.hpp).
class EventStream {
public:
    using Came = std::function<void(const std::vector<codec::Value>& events)>;

    EventStream(Loop& loop, const net::Endpoint& endpoint, Came came, std::function<void(Result<void>)> closed);

private:
    struct Reading {
        Came came;
        std::function<void(Result<void>)> closed;
        std::string partial; ///< of a line, or of a refusal
        int status = 0;
        bool over = false;
        std::unique_ptr<net::HttpExchange> exchange;
    };
    static void take(const std::shared_ptr<Reading>& reading, std::string_view part);
    static void finish(const std::shared_ptr<Reading>& reading, Result<void> result);

    std::shared_ptr<Reading> reading_;
};

} // namespace layer_cake::supervise
