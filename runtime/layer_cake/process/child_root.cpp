#include <layer_cake/net/session.hpp>
#include <layer_cake/process/child_root.hpp>

namespace layer_cake::process {
namespace {

constexpr Duration last_words = std::chrono::seconds(2); ///< for what was sent at the end to be taken

} // namespace

ChildRoot::ChildRoot(Fd session, Make make, std::function<void()> ending)
    : session_(std::move(session)), make_(std::move(make)), ending_(std::move(ending)) {}

void ChildRoot::on(object::Object& self, type::Start) {
    net::SessionOptions how;
    how.obeys_stop = true;
    how.stall = std::chrono::hours(24 * 365); // a parent that computes takes nothing meanwhile
    proxy_ = net::open_session(self, std::move(session_), std::move(how));
}

void ChildRoot::on(object::Object& self, Begin& begin) {
    if (child_ || ended_) return;
    auto made = make_(begin);
    if (!made) return finish(self, type::Faulted{"cannot start process", std::move(made).error().detail, {}, {}});
    child_ = self.launch(std::move(*made), {});
    self.reply(Begun{child_});
}

void ChildRoot::on(object::Object& self, End) {
    self.reply(Ending{});
    stop(self);
}

void ChildRoot::stop(object::Object& self) {
    if (std::exchange(stopping_, true)) return;
    ending_();
    if (child_)
        self.send(type::Stop{}, child_);
    else
        finish(self, type::Aborted{});
}

void ChildRoot::on(object::Object& self, type::Returned& returned) {
    if (self.return_address() == child_) finish(self, std::move(returned.message));
}

/// The session is closed before the process is: what was sent before the end arrives before it is known.
void ChildRoot::finish(object::Object& self, type::Any value) {
    child_ = {};
    if (closed_) return self.complete(std::move(value));
    value_ = std::move(value);
    ended_ = true;
    self.send(net::Close{}, proxy_);
    self.start<type::T1>(last_words);
}

void ChildRoot::on(object::Object& self, net::Closed& closed) {
    closed_ = true;
    if (ended_) return self.complete(std::move(value_));
    if (!child_ && closed.reason == net::EndOfTransport::INBOUND_STREAMING)
        return self.complete(type::Faulted{"cannot start process", closed.note, {}, {}});
    stop(self);
}

void ChildRoot::on(object::Object& self, type::Unknown, type::Any& message) {
    if (!closed_) self.forward(std::move(message), proxy_); // what the object sends to its parent
}

} // namespace layer_cake::process
