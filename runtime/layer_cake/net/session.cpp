#include <layer_cake/net/proxy.hpp>

namespace layer_cake::net {

type::Address open_session(Object& owner, Fd connected, SessionOptions options) {
    const auto proxy = owner.create<Proxy>(owner.address(), std::move(connected), std::move(options));
    owner.on_return(proxy, [](Object&, Any) {}); // Closed has told already
    return proxy;
}

} // namespace layer_cake::net
