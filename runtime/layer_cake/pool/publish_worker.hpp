#pragma once

#include <layer_cake/directory/publish.hpp>
#include <layer_cake/object/profile.hpp>
#include <layer_cake/type/uuid.hpp>

/// The other side of a pool of placement `host`: programs whose objects work for pools that they know nothing of.
///
///     lc::Any program(lc::Self& self) {
///         lc::publish_worker(self, worker);   // as the server says create_pool(worker, ...)
///         return worker(self);
///     }
///     int main(int argc, char** argv) { return lc::run(program, argc, argv); }
namespace layer_cake::pool {

/// Publishes `self` as one that does what `worker` does: under the name of that object, a colon and an id of its own.
/// `self` gets what directory::publish() gives it, and the requests of every pool that finds it.
template <class F>
void publish_worker(object::Object& self, const F& worker, directory::Scope scope = directory::Scope::HOST,
                    bool encrypted = false) {
    using Function = std::decay_t<F>;
    static_assert(std::is_pointer_v<Function>, "a worker that is published is a function with a name");
    std::string name(object::function_profile(reinterpret_cast<const void*>(Function(worker))).name);
    directory::publish(self, name + ':' + type::format_uuid(type::Uuid::make()), scope, encrypted);
}

} // namespace layer_cake::pool
