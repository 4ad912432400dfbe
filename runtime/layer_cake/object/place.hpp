#pragma once

#include <cstddef>
#include <layer_cake/object/stack.hpp>
#include <string>

namespace layer_cake::object {

/// Where a new object runs, and what it may use. The default is the creator's thread: a machine shares it, a function
/// runs there as a fiber.
///
///     self.create(lc::own_thread(), worker);
///     self.create(lc::on_thread("store").with_mailbox(64), worker);
struct Place {
    enum class Kind {
        here, ///< the creator's thread
        own,  ///< a new thread, which ends with the object
        named ///< the thread of that name, made when it is first asked for
    };
    Kind kind = Kind::here;
    std::string thread{};             ///< its name, when named
    std::size_t mailbox = 16'384;     ///< messages that may wait for it; more are refused
    std::size_t stack = Stack::usual; ///< bytes, of a function; see Stack for the bounds

    Place with_mailbox(std::size_t messages) const {
        Place place = *this;
        place.mailbox = messages;
        return place;
    }
    Place with_stack(std::size_t bytes) const {
        Place place = *this;
        place.stack = bytes;
        return place;
    }
};

inline Place here() {
    return {};
}
/// The stack is as large as a thread's usually is.
inline Place own_thread() {
    return {.kind = Place::Kind::own, .stack = 8 << 20};
}
inline Place on_thread(std::string name) {
    return {.kind = Place::Kind::named, .thread = std::move(name)};
}

} // namespace layer_cake::object
