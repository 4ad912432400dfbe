#pragma once

#include <layer_cake/net/http.hpp>
#include <layer_cake/net/http_text.hpp>
#include <layer_cake/object/awaited.hpp>
#include <memory>
#include <string>

namespace layer_cake::net {

class Connection;
class RequestSink;

/// What is owed for one request: a place in the connection's row of answers.
/// Known to the connection, which sends in order, and to the answer in the handler's hands.
struct Reply : object::Awaited {
    enum class State : std::uint8_t { waiting, streaming, done };

    Connection* connection = nullptr; ///< nullptr once the client has gone
    RequestSink* sink = nullptr;
    Loop* loop = nullptr; ///< nullptr once the server has gone: nobody is called any more
    State state = State::waiting;
    Framing framing = Framing::length; ///< while streaming
    bool to_head = false;
    bool old_client = false;
    bool python_client = false; ///< see RequestView
    bool keep_alive = true;
    bool drain_told = false; ///< a call of `drained` is under way
    std::string unsent;      ///< waits for the answers before it

    std::function<void()> gone_call, drained_call;
};

/// An answer in parts, on its way to whoever asked: begin_reply, write_reply any number of times, end_reply.
void begin_reply(Reply& reply, int status, const Headers& headers);
void write_reply(Reply& reply, std::string_view part);
void end_reply(Reply& reply);

/// Tells the sink, calls `gone_call` from the loop; forgets the connection.
void lose_client(const std::shared_ptr<Reply>& reply);
/// Calls `gone_call` from the loop.
void tell_gone(const std::shared_ptr<Reply>& reply);

/// The handler's end of a reply.
class Answer final : public HttpAnswer {
public:
    explicit Answer(std::shared_ptr<Reply> reply) : reply_(std::move(reply)) {}
    ~Answer() override;

    void send(HttpResponse response) override;
    void begin(int status, Headers headers) override;
    void write(std::string_view part) override;
    void end() override;
    bool gone() const override { return !reply_->connection || reply_->state == Reply::State::done; }
    std::size_t unsent() const override;
    void on_gone(std::function<void()> call) override;
    void on_drained(std::function<void()> call) override;

private:
    std::shared_ptr<Reply> reply_;
};

/// Writes a whole response into `out` as `reply` demands.
void append_response(std::string& out, Reply& reply, const HttpResponse& response, std::string_view date);

} // namespace layer_cake::net
