#pragma once

#include <functional>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/object/machine.hpp>
#include <memory>
#include <optional>

namespace layer_cake::process {

/// The variable by which a role that works for a pool by `protocol: objects` finds the socket with its requests: the
/// number of a descriptor.
inline constexpr const char* pool_variable = "LAYER_CAKE_POOL";

/// Takes the variable out of the environment. Nothing without it; fails with `invalid` where it names no socket. Once,
/// before other threads are made.
Result<std::optional<Fd>> find_pool_socket();

/// The first object of such a role. What comes over the socket goes to the main object, which answers it as any ask;
/// when that ends, what it answered before is sent, and the process ends with its value. The end of the session alone
/// is no Stop: a supervisor says by signal when it wants one.
class PoolRoot {
public:
    using accepts = object::accepts<type::Start, type::Stop, type::Returned, type::T1, net::Closed>;
    using Make = std::function<std::unique_ptr<object::Object>()>;

    PoolRoot(Fd socket, Make make) : socket_(std::move(socket)), make_(std::move(make)) {}

    void on(object::Object& self, type::Start);
    void on(object::Object& self, type::Stop);
    void on(object::Object& self, type::Returned& returned);
    void on(object::Object& self, net::Closed& closed);
    void on(object::Object& self, type::T1) { self.complete(std::move(value_)); }

private:
    Fd socket_;
    Make make_;
    type::Address main_, session_;
    type::Any value_;
    bool ended_ = false; ///< `value_` is known
    bool closed_ = false;
};

} // namespace layer_cake::process
