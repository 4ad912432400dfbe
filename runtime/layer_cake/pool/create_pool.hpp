#pragma once

#include <layer_cake/object/self.hpp>
#include <layer_cake/pool/spool.hpp>

/// Makes pools; spool.hpp says what one does. A pool is a child of whoever makes it, on the same thread; each worker is
/// a child of the pool, made with copies of the arguments.
///
///     auto pool = self.create_pool(worker, settings.pool);                  // or lc::create_pool(self, ...)
///     auto pool = lc::create_pool<Worker>(self, settings.pool, arguments);  // machines
///     auto pool = lc::create_pool(self, settings.pool);                     // of those that send it JoinSpool
///
/// Settings that cannot be are what the pool returns: Faulted `unexpected parameters`.
namespace layer_cake::pool {

template <class F, class... Arguments>
requires object::FunctionObject<F, Arguments...> type::Address
create_pool(object::Object& self, F&& worker, const PoolSettings& settings, Arguments&&... arguments) {
    using Function = std::decay_t<F>;
    std::string name = "function";
    if constexpr (std::is_pointer_v<Function>)
        name = object::function_profile(reinterpret_cast<const void*>(Function(worker))).name;
    Spool::Make make = [worker = Function(std::forward<F>(worker)),
                        ... arguments = std::decay_t<Arguments>(std::forward<Arguments>(arguments))](
                           object::Object& spool, const object::Place& place) {
        return spool.create(place, worker, arguments...);
    };
    return self.create<Spool>(settings, std::move(name), std::move(make));
}

template <object::Machine M, class... Arguments>
type::Address create_pool(object::Object& self, const PoolSettings& settings, Arguments&&... arguments) {
    Spool::Make make = [... arguments = std::decay_t<Arguments>(std::forward<Arguments>(arguments))](
                           object::Object& spool, const object::Place& place) {
        return spool.create<M>(place, arguments...);
    };
    return self.create<Spool>(settings, std::string(object::machine_profile<M>().name), std::move(make));
}

inline type::Address create_pool(object::Object& self, const PoolSettings& settings) {
    return self.create<Spool>(settings, std::string(), Spool::Make());
}

/// What Object::create_pool calls.
template <class F, class... Arguments>
type::Address make_pool(object::Object& self, F&& worker, const PoolSettings& settings, Arguments&&... arguments) {
    return create_pool(self, std::forward<F>(worker), settings, std::forward<Arguments>(arguments)...);
}

} // namespace layer_cake::pool
