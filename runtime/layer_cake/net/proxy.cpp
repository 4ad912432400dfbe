#include <layer_cake/core/clock.hpp>
#include <layer_cake/net/proxy.hpp>

namespace layer_cake::net {

Proxy::Proxy(Address owner, Fd connected, SessionOptions options)
    : owner_(std::move(owner)), connected_(std::move(connected)), options_(std::move(options)) {
    crossing_.target = options_.target ? options_.target : owner_;
    closed_.opened_ipp = options_.opened_ipp;
    closed_.opened_at = std::chrono::system_clock::now();
}

void Proxy::on(Object& self, type::Start) {
    self_ = &self;
    crossing_.proxy = self.address().id();
    stream_.emplace(self.shard().loop(), std::move(connected_), static_cast<Stream::User&>(*this));
    builder_.emplace(stream_->out());
    if (options_.encrypted)
        begin_handshake();
    else
        opened();
    stream_->start();
}

void Proxy::opened() {
    if (std::exchange(is_open_, true)) return;
    if (options_.opened) self_->send(options_.opened(self_->address()), owner_, self_->address());
    if (options_.connecting && options_.keep_alive) ask_to_keep();
}

void Proxy::on(Object& self, object::Outbound& outbound) {
    if (auto* request = outbound.message.get<Close>()) return on(self, *request);
    auto asker = self.take_asker();
    send(outbound.to, std::move(outbound.message), asker.address, asker.deadline);
}

void Proxy::on(Object& self, type::Unknown, Any& message) {
    auto asker = self.take_asker();
    send({}, std::move(message), asker.address, asker.deadline);
}

void Proxy::on(Object&, ReadOn) {
    paused_ = false;
    if (state_ != State::closed) stream_->go_on();
}

void Proxy::sent_some() {
    if (state_ == State::closing && stream_->unsent() == 0) finish();
}

void Proxy::after_turn() {
    if (state_ == State::closed) return;
    stream_->flush();
    if (state_ == State::closing && stream_->unsent() == 0) return finish();
    if (stream_->unsent() == 0 || stall_watch_) return;
    stall_watch_ = true;
    stall_at_ = stream_->sent() + stream_->unsent();
    self_->start<StallCheck>(options_.stall);
}

void Proxy::on(Object&, StallCheck) {
    stall_watch_ = false;
    if (state_ == State::closed || stream_->unsent() == 0) return;
    if (stream_->sent() < stall_at_) return close(EndOfTransport::OUTBOUND_STREAMING, "it takes nothing any more");
    call_after_turn(self_->shard()); // the next one
}

} // namespace layer_cake::net
