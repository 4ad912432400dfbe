#include <layer_cake/net/connection.hpp>
#include <layer_cake/net/http_port.hpp>
#include <layer_cake/object/shard_send.hpp>

namespace layer_cake::net {
namespace {

Instant now() {
    return std::chrono::steady_clock::now();
}

} // namespace

HttpPort::HttpPort(object::Object& owner, RouteTable routes, const HttpOptions& options)
    : owner_(owner),
      shard_(owner.shard()),
      routes_(std::move(routes)),
      form_(options.form),
      request_time_(options.request_time),
      log_level_(options.access_log ? object::LogLevel::console : object::LogLevel::object),
      logs_(owner.logs(log_level_)) {}

void HttpPort::take(const RequestView& request, const std::shared_ptr<Reply>& owed) {
    auto& reply = static_cast<ObjectReply&>(*owed);
    ++figures_.requests;
    reply.begun = reply.connection->read_at();
    reply.form = form_of(request, form_);
    if (logs_) reply.client = reply.connection->client();
    if (logs_) reply.line = std::string(request.method) + ' ' + std::string(request.target);
    const auto overloaded = [&](std::string why) {
        answer(reply, render(type::Overloaded{{"overloaded", std::move(why), {}, {}}}, reply.form, scratch_));
    };
    if (owner_.is_full()) return overloaded("mailbox of " + std::string(owner_.name()) + " is full"); // unread
    auto mapped = map_request(routes_, request);
    if (!mapped.message) return answer(reply, render_refusal(mapped, request.target, reply.form, scratch_));
    reply.answered = answered;
    shard_.await(reply);
    if (!reply.id) return overloaded("too many requests");
    std::int64_t due = 0;
    if (request_time_ > Duration::zero()) {
        due = shard_.after(request_time_);
        reply.passed = [](object::Deadline& deadline, object::Shard& shard) {
            answered(static_cast<ObjectReply&>(deadline), type::TimedOut{}, {}, shard);
        };
        shard_.timers().set(reply, due);
    }
    shard_.send(std::move(mapped.message), owner_.address(), type::Address(reply.id.number), due);
}

void HttpPort::answered(object::Awaited& awaited, type::Any value, const type::Address& from, object::Shard& shard) {
    auto& reply = static_cast<ObjectReply&>(awaited);
    auto& port = static_cast<HttpPort&>(*reply.sink);
    if (reply.state == Reply::State::streaming) return port.go_on(reply, value, from);
    if (const auto* head = value.get<StreamHead>()) return port.begin(reply, *head);
    shard.forget(awaited);
    port.answer(reply, render(value, reply.form, port.scratch_));
}

void HttpPort::answer(ObjectReply& reply, const Rendered& rendered) {
    auto& connection = *reply.connection;
    count(reply, rendered.status, rendered.body.size());
    reply.state = Reply::State::done;
    append_rendered(connection.room(reply), rendered,
                    {connection.date(), reply.keep_alive, reply.old_client, reply.to_head, reply.python_client});
    connection.appended(reply);
}

void HttpPort::begin(ObjectReply& reply, const StreamHead& head) {
    if (reply.queued()) shard_.timers().cancel(reply); // the deadline is for the answer to begin
    Headers headers;
    for (const auto& [name, value] : head.header)
        headers.emplace_back(name, value);
    const bool is_status = head.status_code >= 200 && head.status_code <= 599;
    reply.status = is_status ? static_cast<int>(head.status_code) : 500;
    begin_reply(reply, reply.status, headers);
}

void HttpPort::go_on(ObjectReply& reply, const type::Any& value, const type::Address& from) {
    if (const auto* part = value.get<StreamPart>()) return write(reply, *part, from);
    if (!value.is<StreamEnd>()) return cut(reply);
    const auto keep = reply.connection->shared_from_this(); // the reply is the connection's
    shard_.forget(static_cast<object::Awaited&>(reply));
    count(reply, reply.status, reply.bytes);
    end_reply(reply);
}

void HttpPort::write(ObjectReply& reply, const StreamPart& part, const type::Address& from) {
    constexpr std::size_t most_unsent = 1 << 20;
    if (reply.connection->unsent(reply) > most_unsent) return cut(reply);
    reply.bytes += part.body.size();
    write_reply(reply, body_text(part.body));
    if (!object::Id{from.id()} || !object::Id{from.id()}.is_ask()) return;
    reply.pacing = from;
    pace(reply);
}

/// Tells who waits for it when little of the parts is left to be sent.
void HttpPort::pace(ObjectReply& reply) {
    constexpr std::size_t little = 64 << 10;
    if (!reply.pacing) return;
    if (reply.connection->unsent(reply) <= little) {
        reply.drained_call = nullptr;
        return shard_.send(type::Ack{}, std::exchange(reply.pacing, {}), {}, 0);
    }
    reply.drained_call = [this, &reply] { pace(reply); };
}

void HttpPort::cut(ObjectReply& reply) {
    const auto keep = reply.connection->shared_from_this();
    shard_.forget(static_cast<object::Awaited&>(reply));
    ++figures_.abandoned;
    keep->abort(reply);
}

void HttpPort::count(const ObjectReply& reply, int status, std::size_t bytes) {
    const auto time = now() - reply.begun;
    figures_.count(status, time);
    if (logs_) log(reply, status, bytes, time);
}

void HttpPort::refuse(std::string& out, Reply& reply, int status, std::string_view reason, std::string_view date) {
    ++figures_.refused;
    figures_.count(status, Duration::zero());
    const type::Any fault = type::Faulted{"cannot read request", std::string(reason), status, {}};
    append_rendered(out, render(fault, form_, scratch_), {date, false, reply.old_client, false, reply.python_client});
}

void HttpPort::lost(Reply& reply) {
    shard_.forget(static_cast<object::Awaited&>(reply));
    ++figures_.abandoned;
    const auto waits = std::exchange(static_cast<ObjectReply&>(reply).pacing, {});
    if (waits) shard_.send(type::Faulted{"closed", "the client has gone", {}, {}}, waits, {}, 0);
}

void HttpPort::log(const ObjectReply& reply, int status, std::size_t bytes, Duration time) const {
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    owner_.log(log_level_, reply.line,
               {{"client", reply.client}, {"status", status}, {"bytes", bytes}, {"us", microseconds}});
}

HttpFigures HttpPort::figures() const {
    auto figures = figures_;
    figures.accepted = traffic.accepted;
    figures.connections = traffic.connections;
    figures.received_bytes = traffic.received;
    figures.sent_bytes = traffic.sent;
    return figures;
}

} // namespace layer_cake::net
