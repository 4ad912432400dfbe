#include <fmt/format.h>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/far_host.hpp>
#include <layer_cake/net/host_port.hpp>
#include <layer_cake/net/listen.hpp>
#include <layer_cake/net/listener.hpp>
#include <layer_cake/net/session.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/shard.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace layer_cake::net {
namespace {

using object::Object;
using type::Address;
using type::Any;

/// The object that stands for one listening port.
class PortKeeper {
public:
    using accepts = object::accepts<type::Start, type::Stop, type::Returned>;

    PortKeeper(const PortKeeper&) = delete;
    PortKeeper& operator=(const PortKeeper&) = delete;

    /// What is needed before it is an object. Its place is fixed then.
    struct Opening {
        std::unique_ptr<Listener> listener;
        PortKeeper* keeper = nullptr;
        Listening listening;
    };

    PortKeeper(Address owner, ListenOptions options, std::shared_ptr<Opening> opening)
        : owner_(std::move(owner)), options_(options), opening_(std::move(opening)) {
        opening_->keeper = this;
    }
    ~PortKeeper() {
        if (opening_) opening_->keeper = nullptr;
    }

    void on(Object& self, type::Start) { self_ = &self; }
    void on(Object& self, type::Stop) {
        opening_->listener.reset();
        self.complete(type::Aborted{});
    }
    void on(Object&, const type::Returned&) {}

    void accepted(Fd fd) {
        if (!self_ || self_->working() >= options_.connections) return;
        const int on = 1; // a unix socket refuses, which is fine
        ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch_far_host(fd.get(), options_.lease);
        SessionOptions session;
        session.opened_ipp = far_side(fd.get(), opening_->listening.listening_ipp);
        session.encrypted = options_.encrypted;
        session.keys = options_.keys;
        session.frames_a_turn = options_.frames_a_turn;
        session.opened = [listening = opening_->listening, far = session.opened_ipp](const Address& proxy) {
            return Any(Accepted{listening, far, proxy, std::chrono::system_clock::now()});
        };
        open_session_for(*self_, owner_, std::move(fd), std::move(session));
    }

private:
    Address owner_;
    ListenOptions options_;
    std::shared_ptr<Opening> opening_;
    Object* self_ = nullptr;
};

NotListening refusal(const ListenForStream& request, const Error& error) {
    NotListening refused;
    refused.request = request;
    refused.condition = "not listening";
    refused.explanation = error.detail;
    return refused;
}

} // namespace

object::Answer<Listening> listen(Object& self, const type::HostPort& at, ListenOptions options) {
    auto opening = std::make_shared<PortKeeper::Opening>();
    auto& listening = opening->listening;
    listening.request.lid = type::Uuid::make();
    listening.request.requested_ipp = at;
    listening.request.encrypted = options.encrypted;
    const auto endpoint = endpoint_of(at);
    if (!endpoint) return object::Answer<Listening>(refusal(listening.request, endpoint.error()));
    const std::weak_ptr<PortKeeper::Opening> weak = opening;
    auto listener = Listener::open(self.shard().loop(), *endpoint, [weak](Fd fd) {
        if (const auto opened = weak.lock(); opened && opened->keeper) opened->keeper->accepted(std::move(fd));
    });
    if (!listener) return object::Answer<Listening>(refusal(listening.request, listener.error()));
    listening.listening_ipp.host = endpoint->path.empty() ? endpoint->host : endpoint->path;
    if (endpoint->path.empty()) listening.listening_ipp.port = (*listener)->port();
    opening->listener = std::move(*listener);
    const auto keeper = self.create<PortKeeper>(self.address(), options, opening);
    self.on_return(keeper, [](Object&, Any) {});
    listening.controller_address = keeper;
    return object::Answer<Listening>(Any(Listening(listening)));
}

} // namespace layer_cake::net
