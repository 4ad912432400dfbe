#include <cstring>
#include <fmt/format.h>
#include <layer_cake/core/result.hpp>
#include <layer_cake/net/proxy.hpp>
#include <layer_cake/object/shard_send.hpp>

/// How a session ends.
namespace layer_cake::net {
namespace {

using namespace std::chrono_literals;

constexpr Duration time_to_send = 5s; ///< what was sent before a Close
constexpr Duration linger = 1s;       ///< for the far side to see the end before what it still sends is refused

std::string name_of(const type::HostPort& far_side) {
    if (!far_side.host) return "a connected process";
    return far_side.port ? fmt::format("{}:{}", *far_side.host, *far_side.port) : *far_side.host;
}

} // namespace

void Proxy::on(Object& self, Close& request) {
    self.take_asker();
    if (state_ != State::open) return;
    closed_.message = std::move(request.message);
    close(request.reason, std::move(request.note), request.error_code);
}

void Proxy::on(Object& self, type::Stop) {
    self.take_asker();
    if (state_ == State::closed) return self.complete(type::Aborted{});
    close(EndOfTransport::ON_REQUEST, {});
}

void Proxy::close(EndOfTransport reason, std::string note, std::optional<std::int64_t> error) {
    if (state_ != State::open) {
        if (state_ != State::closed && reason != EndOfTransport::ON_REQUEST) finish();
        return;
    }
    closed_.reason = reason;
    closed_.note = std::move(note);
    closed_.error_code = error;
    if (reason != EndOfTransport::ON_REQUEST) return finish();
    state_ = State::closing;
    self_->start<LastCall>(time_to_send);
    call_after_turn(self_->shard());
}

void Proxy::ended(int error) {
    if (state_ == State::lingering) return end();
    if (error == 0) return close(EndOfTransport::ABANDONED_BY_REMOTE, {});
    close(EndOfTransport::INBOUND_STREAMING, std::strerror(error), error);
}

bool Proxy::broken(std::string problem) {
    close(EndOfTransport::INBOUND_STREAMING, std::move(problem));
    return false;
}

void Proxy::finish() {
    if (state_ == State::lingering) return end();
    const bool whole = state_ == State::closing && stream_->unsent() == 0;
    state_ = State::lingering;
    const auto reason = closed_.reason;
    if (reason != EndOfTransport::ON_REQUEST && reason != EndOfTransport::ABANDONED_BY_REMOTE)
        self_->warning(fmt::format("session with {} closed: {}", name_of(options_.opened_ipp), closed_.note));
    issued_.each_ask([this](std::int64_t ask) {
        const auto why = fmt::format("the session with {} is over", name_of(options_.opened_ipp));
        self_->shard().send(type::Faulted{"disconnected", why, {}, {}}, Address(ask), self_->address(), 0);
    });
    if (is_open_ || !options_.opened)
        self_->send(std::move(closed_), owner_);
    else if (options_.failed)
        self_->send(options_.failed(closed_.note.empty() ? "the far side closed it" : closed_.note), owner_);
    for (auto& held : std::exchange(held_, {}))
        refuse(std::move(held.message), held.to, std::move(held.from),
               type::Faulted{"disconnected", "the session is over", {}, {}}, object::Notice::What::dead_letter);
    if (!whole) return end();
    stream_->finish_sending();
    self_->start<LastCall>(linger);
}

void Proxy::on(Object&, LastCall) {
    if (state_ == State::closing) return finish();
    if (state_ == State::lingering) end();
}

void Proxy::end() {
    if (state_ == State::closed) return;
    state_ = State::closed;
    stream_->close();
    self_->shard().send(type::Stop{}, self_->address(), self_->address(), 0); // it may be in a call of the stream's
}

} // namespace layer_cake::net
