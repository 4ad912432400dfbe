#include <layer_cake/net/proxy.hpp>

namespace layer_cake::net {

type::Address open_session(Object& owner, Fd connected, SessionOptions options) {
    return open_session_for(owner, owner.address(), std::move(connected), std::move(options));
}

type::Address open_session_for(Object& parent, const Address& owner, Fd connected, SessionOptions options) {
    const auto proxy = parent.create<Proxy>(owner, std::move(connected), std::move(options));
    parent.on_return(proxy, [](Object&, Any) {}); // Closed has told already
    return proxy;
}

} // namespace layer_cake::net
