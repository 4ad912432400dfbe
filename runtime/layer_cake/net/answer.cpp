#include <layer_cake/net/answer.hpp>
#include <layer_cake/net/connection.hpp>
#include <layer_cake/net/request_sink.hpp>
#include <utility>

namespace layer_cake::net {
namespace {

bool has_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

bool asks_to_close(const Headers& headers) {
    const auto* connection = find_header(headers, "Connection");
    return connection && lists(*connection, "close");
}

} // namespace

void append_response(std::string& out, Reply& reply, const HttpResponse& response, std::string_view date) {
    reply.keep_alive = reply.keep_alive && !asks_to_close(response.headers);
    ResponseHead head;
    head.status = response.status;
    head.headers = &response.headers;
    head.framing = has_body(response.status) ? Framing::length : Framing::none;
    head.length = reply.to_head ? response.length.value_or(response.body.size()) : response.body.size();
    head.keep_alive = reply.keep_alive;
    head.old_client = reply.old_client;
    head.python_client = reply.python_client;
    head.date = date;
    append_response_head(out, head);
    if (head.framing == Framing::length && !reply.to_head) out += response.body;
}

void begin_reply(Reply& reply, int status, const Headers& headers) {
    if (reply.state != Reply::State::waiting) return;
    reply.state = Reply::State::streaming;
    if (!reply.connection) return;
    reply.framing = !has_body(status) ? Framing::none : reply.old_client ? Framing::close : Framing::chunked;
    if (reply.framing == Framing::close || asks_to_close(headers)) reply.keep_alive = false;
    ResponseHead head;
    head.status = status;
    head.headers = &headers;
    head.framing = reply.framing;
    head.keep_alive = reply.keep_alive;
    head.old_client = reply.old_client;
    head.python_client = reply.python_client;
    head.date = reply.connection->date();
    std::string text;
    append_response_head(text, head);
    reply.connection->emit(reply, text);
}

void write_reply(Reply& reply, std::string_view part) {
    if (reply.state != Reply::State::streaming || !reply.connection) return;
    if (part.empty() || reply.to_head || reply.framing == Framing::none) return;
    if (reply.framing == Framing::close) return reply.connection->emit(reply, part);
    std::string text;
    text.reserve(part.size() + 16);
    append_chunk(text, part);
    reply.connection->emit(reply, text);
}

void end_reply(Reply& reply) {
    if (reply.state != Reply::State::streaming) return;
    reply.state = Reply::State::done;
    if (!reply.connection) return;
    const bool last_chunk = reply.framing == Framing::chunked && !reply.to_head;
    reply.connection->emit(reply, last_chunk ? "0\r\n\r\n" : "");
}

void lose_client(const std::shared_ptr<Reply>& reply) {
    if (!std::exchange(reply->connection, nullptr)) return;
    reply->unsent = {};
    if (reply->state != Reply::State::done) reply->sink->lost(*reply);
    tell_gone(reply);
}

void tell_gone(const std::shared_ptr<Reply>& reply) {
    if (!reply->gone_call || !reply->loop) return;
    reply->loop->defer([reply] {
        const auto call = std::exchange(reply->gone_call, nullptr);
        if (call) call();
    });
}

Answer::~Answer() {
    reply_->gone_call = nullptr;
    reply_->drained_call = nullptr;
    if (reply_->state == Reply::State::waiting) send({500, {}, ""});
    if (reply_->state == Reply::State::streaming && reply_->connection) reply_->connection->abort(*reply_);
}

void Answer::send(HttpResponse response) {
    if (reply_->state != Reply::State::waiting) return;
    reply_->state = Reply::State::done;
    if (!reply_->connection) return;
    std::string text;
    append_response(text, *reply_, response, reply_->connection->date());
    reply_->connection->emit(*reply_, text);
}

void Answer::begin(int status, Headers headers) {
    begin_reply(*reply_, status, headers);
}

void Answer::write(std::string_view part) {
    write_reply(*reply_, part);
}

void Answer::end() {
    end_reply(*reply_);
}

std::size_t Answer::unsent() const {
    return reply_->connection ? reply_->connection->unsent(*reply_) : 0;
}

void Answer::on_gone(std::function<void()> call) {
    reply_->gone_call = std::move(call);
    if (!reply_->connection && reply_->state != Reply::State::done) tell_gone(reply_);
}

void Answer::on_drained(std::function<void()> call) {
    reply_->drained_call = std::move(call);
}

} // namespace layer_cake::net
