#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/supervise/control.hpp>
#include <utility>

namespace layer_cake::supervise {
namespace {

/// A line of /events: a snapshot of the largest group, and more.
constexpr std::size_t longest_line = 16u << 20;

/// What a refusal means by its word, else by its status.
Fault fault_of(std::string_view name, int status) {
    if (const auto fault = fault_named(name)) return *fault;
    return status == 404       ? Fault::missing
           : status == 503     ? Fault::busy
           : status / 100 == 4 ? Fault::invalid
                               : Fault::failed;
}

} // namespace

Error refusal(const net::HttpResponse& response) {
    if (const auto body = codec::parse_json(response.body))
        if (const auto* error = body->find("error")) {
            const auto* fault = error->find("fault");
            const auto* detail = error->find("detail");
            if (fault && fault->string() && detail && detail->string())
                return {fault_of(*fault->string(), response.status), *detail->string()};
        }
    return {fault_of("", response.status), fmt::format("the group answered with status {}", response.status)};
}

Result<GroupStatus> ControlClient::status(Duration timeout, bool usage) {
    auto value = call("GET", usage ? "/status?usage=true" : "/status", {}, timeout);
    if (!value) return fail(std::move(value).error());
    return group_status_from_json(*value);
}

Result<codec::Value> ControlClient::call(std::string_view method, std::string_view target, const codec::Value& body,
                                         Duration timeout) {
    net::HttpRequest request;
    request.method = method;
    request.target = target;
    if (!body.is_null()) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = codec::write_json(body);
    }
    auto response = net::http_request(endpoint_, std::move(request), timeout);
    if (!response) return fail(std::move(response).error());
    if (response->status / 100 != 2) return fail(refusal(*response));
    if (response->body.empty()) return codec::Value();
    return codec::parse_json(response->body);
}

EventStream::EventStream(Loop& loop, const net::Endpoint& endpoint, Came came, std::function<void(Result<void>)> closed)
    : reading_(std::make_shared<Reading>(Reading{std::move(came), std::move(closed), {}, 0, {}, nullptr})) {
    net::HttpRequest request;
    request.target = "/events?brief=true";
    reading_->exchange = net::HttpExchange::start(
        loop, endpoint, std::move(request), Duration::zero(),
        {.headed = [raw = reading_.get()](int status, const net::Headers&) { raw->status = status; },
         .received = [weak = std::weak_ptr(reading_)](std::string_view part) { take(weak.lock(), part); },
         .done = [weak = std::weak_ptr(reading_)](Result<void> result) { finish(weak.lock(), std::move(result)); }});
}

void EventStream::take(const std::shared_ptr<Reading>& reading, std::string_view part) {
    if (!reading || reading->over) return;
    auto& partial = reading->partial;
    partial.append(part);
    if (reading->status / 100 != 2) return; // a refusal, read whole by `finish`
    std::vector<codec::Value> events;
    std::optional<Error> broken;
    std::size_t from = 0;
    for (auto end = partial.find('\n', partial.size() - part.size()); end != std::string::npos;
         end = partial.find('\n', from)) {
        auto value = codec::parse_json(std::string_view(partial).substr(from, end - from));
        from = end + 1;
        if (!value) {
            broken = std::move(value).error();
            break;
        }
        events.push_back(std::move(*value));
    }
    partial.erase(0, from);
    if (!events.empty()) reading->came(events);
    if (reading->over || reading.use_count() == 1) return; // destroyed by what came
    if (broken) return finish(reading, fail(std::move(*broken)));
    if (partial.size() > longest_line) finish(reading, fail(Fault::invalid, "an event is longer than 16 MiB"));
}

void EventStream::finish(const std::shared_ptr<Reading>& reading, Result<void> result) {
    if (!reading || std::exchange(reading->over, true)) return;
    const auto exchange = std::move(reading->exchange);
    if (result && reading->status / 100 != 2) result = fail(refusal({reading->status, {}, reading->partial}));
    reading->closed(std::move(result));
}

} // namespace layer_cake::supervise
