#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/realm/nats_carrier.hpp>
#include <layer_cake/realm/service_teller.hpp>
#include <layer_cake/realm/subjects.hpp>
#include <layer_cake/supervise/bus_bridge.hpp>
#include <layer_cake/supervise/nats_rules.hpp>

namespace layer_cake::supervise {
namespace {

/// What people read of an answer that is an error.
std::string words_of(const net::HttpResponse& response) {
    const auto read = codec::parse_json(response.body);
    const auto* error = read ? read->find("error") : nullptr;
    const auto* fault = error ? error->find("fault") : nullptr;
    const auto* detail = error ? error->find("detail") : nullptr;
    if (fault && fault->string() && detail && detail->string())
        return fmt::format("{}: {}", *fault->string(), *detail->string());
    return fmt::format("status {}", response.status);
}

} // namespace

struct BusBridge::Line {
    realm::NatsService service;
    realm::NatsCarrier* carrier = nullptr; ///< the board's; null when the bridge is closed
    std::unique_ptr<realm::Switchboard> board;
    std::unique_ptr<realm::ServiceTeller> teller;

    void answered(std::size_t endpoint, Instant asked, const std::string& to, const net::HttpResponse& response) {
        auto& counts = service.endpoints[endpoint];
        ++counts.requests;
        counts.time += std::chrono::steady_clock::now() - asked;
        const bool is_good = response.status >= 200 && response.status < 300;
        std::string words;
        if (!is_good) {
            words = words_of(response);
            ++counts.errors;
            counts.last_error = words;
        }
        if (!carrier || to.empty()) return;
        auto sent = is_good ? carrier->publish(to, response.body)
                            : carrier->publish_error(to, response.status, words, response.body);
        if (!sent && sent.error().fault == Fault::invalid)
            (void)carrier->publish_error(to, 500, fmt::format("the answer cannot be sent: {}", sent.error().detail),
                                         {});
    }
};

namespace {

/// The answer to one request of the bus: gathered, and sent when it is whole.
template <class Line>
class BusAnswer final : public net::HttpAnswer {
public:
    BusAnswer(std::shared_ptr<Line> line, std::size_t endpoint, std::string to, std::size_t longest)
        : line_(std::move(line)), endpoint_(endpoint), to_(std::move(to)), longest_(longest) {}
    ~BusAnswer() override {
        if (!gone()) send({500, {}, {}});
    }

    void send(net::HttpResponse response) override {
        if (const auto line = std::exchange(line_, nullptr)) line->answered(endpoint_, asked_, to_, response);
    }
    void begin(int status, net::Headers) override { response_.status = status; }
    void write(std::string_view part) override {
        if (response_.body.size() <= longest_) response_.body.append(part); // what is too long is refused as such
    }
    void end() override { send(std::move(response_)); }
    bool gone() const override { return !line_; }
    std::size_t unsent() const override { return 0; }
    void on_gone(std::function<void()>) override {}
    void on_drained(std::function<void()>) override {}

private:
    std::shared_ptr<Line> line_;
    std::size_t endpoint_;
    std::string to_;
    std::size_t longest_;
    Instant asked_ = std::chrono::steady_clock::now();
    net::HttpResponse response_;
};

/// Workers that look at a path see `/shop/thumbnail`.
net::HttpRequest request_of(realm::Carried& message) {
    net::HttpRequest request;
    request.method = "POST";
    request.target = '/' + message.subject;
    std::replace(request.target.begin(), request.target.end(), '.', '/');
    if (!message.bytes.empty()) request.headers = {{"Content-Type", "application/json"}};
    request.body = std::move(message.bytes);
    return request;
}

} // namespace

Result<std::unique_ptr<BusBridge>> BusBridge::open(Loop& loop, const std::string& group, const home::BridgeRules& rules,
                                                   Take take) {
    auto options = nats_options(rules.nats, "nats");
    if (!options) return fail(std::move(options).error());
    const auto name = realm::nats_service_name(group);
    options->name = fmt::format("layer-cake:{}", name);
    auto carrier = std::make_unique<realm::NatsCarrier>(std::move(*options));

    std::unique_ptr<BusBridge> bridge(new BusBridge);
    bridge->line_ = std::make_shared<Line>();
    auto& line = *bridge->line_;
    line.carrier = carrier.get();
    line.service.name = name;
    line.service.id = carrier->inbox().substr(carrier->inbox().rfind('.') + 1);
    line.service.description = fmt::format("pools of the group {}", group);
    line.service.started = std::chrono::system_clock::now();
    line.board = std::make_unique<realm::Switchboard>(loop, std::move(carrier));
    for (std::size_t i = 0; i < rules.routes.size(); ++i) {
        const auto& route = rules.routes[i];
        line.service.endpoints.push_back({.name = route.pool, .subject = route.subject, .share = name});
        line.board->watch(
            route.subject,
            [take, pool = route.pool, i, weak = std::weak_ptr(bridge->line_)](realm::Carried& message) {
                const auto line = weak.lock();
                if (!line) return;
                const auto to = message.reply_to;
                auto answer = std::make_shared<BusAnswer<Line>>(line, i, to, line->board->longest());
                take(pool, request_of(message), std::move(answer));
            },
            name);
    }
    line.teller = std::make_unique<realm::ServiceTeller>(*line.board, [&line] { return line.service; });
    line.board->open();
    return bridge;
}

BusBridge::~BusBridge() {
    line_->teller.reset();
    line_->carrier = nullptr;
    line_->board.reset();
}

} // namespace layer_cake::supervise
