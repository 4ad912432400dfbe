#include <layer_cake/directory/peer_transport.hpp>
#include <layer_cake/directory/places.hpp>
#include <layer_cake/net/listen.hpp>

namespace layer_cake::directory {
namespace {

using object::Object;
using type::Address;
using type::Any;
using namespace std::chrono_literals;

constexpr Duration patience = 3s; ///< with LoopOpened and LoopClosed
constexpr Duration grace = 8s;    ///< without a session

/// One question to the publisher's side, and its answer, or TimedOut. An object for each, and no request(): the far
/// side tells connections apart by the return address, and a request's is none that leads through one.
class LoopQuestion {
public:
    using accepts = object::accepts<type::Start, type::T1, type::Stop, LoopOpened, LoopClosed, type::Unknown>;

    LoopQuestion(Any question, Address to) : question_(std::move(question)), to_(std::move(to)) {}

    void on(Object& self, type::Start) {
        self.send(std::move(question_), to_);
        self.start<type::T1>(patience);
    }
    void on(Object& self, type::T1) { self.complete(type::TimedOut{}); }
    void on(Object& self, type::Stop) { self.complete(type::Aborted{}); }
    void on(Object& self, LoopOpened& opened) { self.complete(std::move(opened)); }
    void on(Object& self, LoopClosed& closed) { self.complete(std::move(closed)); }
    void on(Object& self, type::Unknown, Any& message) { self.complete(std::move(message)); }

private:
    Any question_;
    Address to_;
};

void ask(Object& self, Any question, const Address& to, Object::Then then) {
    self.on_return(self.create<LoopQuestion>(std::move(question), to), std::move(then));
}

} // namespace

PeerTransport::PeerTransport(type::HostPort to, bool encrypted) : to_(std::move(to)), encrypted_(encrypted) {}

void PeerTransport::on(Object& self, type::Start) {
    net::connect(self, to_, {.encrypted = encrypted_, .keep_alive = !is_loopback(to_), .patience = patience_with(to_)});
}

void PeerTransport::on(Object& self, type::Stop) {
    self.complete(type::Aborted{});
}

void PeerTransport::on(Object& self, const net::Connected& connected) {
    proxy_ = connected.proxy_address;
    for (auto at = sessions_.begin(); at != sessions_.end();) {
        const auto one = at++;
        if (one->second.unwanted)
            sessions_.erase(one);
        else
            open(self, one->first, one->second);
    }
    look_idle(self);
}

void PeerTransport::on(Object& self, const net::NotConnected&) {
    end(self);
}

void PeerTransport::on(Object& self, const net::Closed&) {
    end(self);
}

/// Its parent is told by its end, and of each session.
void PeerTransport::end(Object& self) {
    for (const auto& [link, session] : std::exchange(sessions_, {}))
        if (!session.unwanted) self.send(SessionLost{link}, self.parent());
    self.complete();
}

void PeerTransport::on(Object& self, OpenSession& wanted) {
    self.cancel<type::T1>();
    auto& session = sessions_[wanted.link];
    session.loop = std::move(wanted.loop);
    if (proxy_) open(self, wanted.link, session);
}

void PeerTransport::open(Object& self, std::uint64_t link, Session& session) {
    session.state = State::opening;
    ask(self, OpenLoop(session.loop), proxy_, [this, link](Object& self, Any answer) { answered(self, link, answer); });
}

void PeerTransport::answered(Object& self, std::uint64_t link, const Any& answer) {
    const auto found = sessions_.find(link);
    if (found == sessions_.end()) return;
    auto& session = found->second;
    const auto* opened = answer.get<LoopOpened>();
    if (!opened) return hang_up(self);
    session.state = State::open;
    if (!session.unwanted) return self.send(SessionOpened{link, opened->publisher_address}, self.parent());
    close(self, session.loop);
    sessions_.erase(found);
    look_idle(self);
}

void PeerTransport::on(Object& self, const CloseSession& unwanted) {
    const auto found = sessions_.find(unwanted.link);
    if (found == sessions_.end()) return;
    if (found->second.state == State::opening) {
        found->second.unwanted = true; // there is no closing what is not open
        return;
    }
    if (found->second.state == State::open) close(self, found->second.loop);
    sessions_.erase(found);
    look_idle(self);
}

void PeerTransport::close(Object& self, const OpenLoop& loop) {
    ++closing_;
    CloseLoop request{loop.name,          loop.scope,        loop.route_id,
                      loop.subscribed_id, loop.published_id, loop.subscriber_address};
    ask(self, std::move(request), proxy_, [this](Object& self, Any answer) {
        --closing_;
        if (!answer.is<LoopClosed>()) return hang_up(self);
        look_idle(self);
    });
}

/// What is still open is lost when Closed comes.
void PeerTransport::hang_up(Object& self) {
    self.send(net::Close{}, proxy_);
}

void PeerTransport::look_idle(Object& self) {
    if (sessions_.empty() && closing_ == 0) self.start<type::T1>(grace);
}

void PeerTransport::on(Object& self, type::T1) {
    if (sessions_.empty()) self.complete();
}

} // namespace layer_cake::directory
