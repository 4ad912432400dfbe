#include <cerrno>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/far_host.hpp>
#include <layer_cake/net/host_port.hpp>
#include <layer_cake/net/listen.hpp>
#include <layer_cake/net/session.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/shard_send.hpp>
#include <optional>

namespace layer_cake::net {
namespace {

using namespace std::chrono_literals;
using object::Object;
using type::Address;
using type::Any;

/// A connector's own timers.
struct GiveUp {};
struct TryAgain {};

} // namespace
} // namespace layer_cake::net

namespace layer_cake::type {

template <>
struct Traits<net::GiveUp> {
    static constexpr Shape shape() { return shape_of_object<net::GiveUp>(Kind::message); }
};
template <>
struct Traits<net::TryAgain> {
    static constexpr Shape shape() { return shape_of_object<net::TryAgain>(Kind::message); }
};

} // namespace layer_cake::type

namespace layer_cake::net {
namespace {

/// The addresses of a host, as texts; on a thread of its own, for it may take long.
Any look_up(object::Self&, std::string host) {
    const auto found = resolve(host, 0);
    if (!found) return type::Faulted{"no such host", found.error().detail, {}, {}};
    std::vector<std::string> texts;
    for (const auto& address : *found)
        if (auto text = host_number(address); texts.empty() || texts.back() != text) texts.push_back(std::move(text));
    return texts;
}

/// Makes one connection; then stays as the parent of its proxy.
class Connector {
public:
    using accepts = object::accepts<type::Start, type::Stop, type::Returned, GiveUp, TryAgain>;

    Connector(Address owner, type::HostPort to, ConnectOptions options)
        : owner_(std::move(owner)), options_(std::move(options)) {
        request_.requested_ipp = std::move(to);
        request_.encrypted = options_.encrypted;
        request_.keep_alive = options_.keep_alive;
    }
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;

    void on(Object& self, type::Start) {
        self_ = &self;
        self.start<GiveUp>(options_.patience);
        const auto endpoint = endpoint_of(request_.requested_ipp);
        if (!endpoint) return failed(endpoint.error().detail);
        endpoint_ = *endpoint;
        if (!endpoint_.path.empty()) return try_next();
        addresses_ = known_addresses(endpoint_.host, endpoint_.port);
        if (!addresses_.empty()) return try_next();
        const auto helper = self.create(object::own_thread(), look_up, endpoint_.host);
        self.on_return(helper, [this](Object&, Any found) { looked_up(found); });
    }
    void on(Object&, TryAgain) { try_next(); }
    void on(Object&, GiveUp) {
        if (!done_) failed("no answer in time", ETIMEDOUT);
    }
    void on(Object& self, type::Stop) {
        poll_.reset();
        self.complete(type::Aborted{});
    }
    void on(Object&, const type::Returned&) {}

private:
    void looked_up(const Any& found) {
        if (done_) return;
        const auto* texts = found.get<std::vector<std::string>>();
        if (!texts) {
            const auto* fault = type::as_fault(found);
            return failed(fault ? fault->explanation : "no such host");
        }
        for (const auto& text : *texts)
            for (const auto& address : known_addresses(text, endpoint_.port))
                addresses_.push_back(address);
        try_next();
    }

    void try_next() {
        if (done_) return;
        poll_.reset();
        Connecting under_way;
        if (!endpoint_.path.empty()) {
            const auto address = unix_address(endpoint_.path);
            if (!address) return failed(connect_error(endpoint_, ENOENT).detail);
            under_way = start_connect(address->base(), address->size);
            if (under_way.error == EAGAIN) return self_->start<TryAgain>(5ms);
        } else {
            if (next_ == addresses_.size()) return failed(connect_error(endpoint_, error_).detail, error_);
            const auto& address = addresses_[next_++];
            under_way = start_connect(address.base(), address.size);
        }
        if (under_way.error != 0) return not_this_one(under_way.error);
        fd_ = std::move(under_way.fd);
        if (under_way.done) return connected();
        poll_.emplace(self_->shard().loop(), fd_.get());
        poll_->start(Poll::writable, [this](int) {
            int error = 0;
            socklen_t size = sizeof error;
            ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
            error == 0 ? connected() : not_this_one(error);
        });
    }

    void not_this_one(int error) {
        error_ = error;
        if (!endpoint_.path.empty()) return failed(connect_error(endpoint_, error).detail, error);
        try_next();
    }

    void connected() {
        poll_.reset();
        done_ = true;
        watch_far_host(fd_.get(), options_.lease);
        SessionOptions session;
        session.opened_ipp = far_side(fd_.get(), request_.requested_ipp);
        session.connecting = true;
        session.encrypted = options_.encrypted;
        session.keys = options_.keys;
        session.keep_alive = options_.keep_alive;
        session.opened = [request = request_, far = session.opened_ipp](const Address& proxy) {
            return Any(Connected{request, far, proxy, std::chrono::system_clock::now()});
        };
        session.failed = [request = request_](std::string why) { return refusal(request, std::move(why), {}); };
        const auto proxy = open_session_for(*self_, owner_, std::move(fd_), std::move(session));
        self_->cancel<GiveUp>();
        self_->on_return(proxy, [](Object& self, Any) { self.complete(); });
    }

    static Any refusal(const ConnectStream& request, std::string why, std::optional<std::int64_t> code) {
        NotConnected refused;
        refused.request = request;
        refused.condition = "not connected";
        refused.explanation = std::move(why);
        refused.error_code = code;
        return refused;
    }

    void failed(std::string why, int code = 0) {
        done_ = true;
        poll_.reset();
        self_->send(refusal(request_, std::move(why), code ? std::optional<std::int64_t>(code) : std::nullopt), owner_);
        self_->shard().send(type::Stop{}, self_->address(), self_->address(), 0); // it may be in a call of the loop's
    }

    Address owner_;
    ConnectOptions options_;
    ConnectStream request_;
    Object* self_ = nullptr;
    Endpoint endpoint_;
    std::vector<SocketAddress> addresses_;
    std::size_t next_ = 0;
    int error_ = 0;
    Fd fd_;
    std::optional<Poll> poll_;
    bool done_ = false;
};

} // namespace

void connect(Object& self, const type::HostPort& to, ConnectOptions options) {
    const auto connector = self.create<Connector>(self.address(), to, std::move(options));
    self.on_return(connector, [](Object&, Any) {});
}

} // namespace layer_cake::net
