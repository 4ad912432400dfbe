#pragma once

#include <cstddef>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/object/stack.hpp>
#include <string>

namespace layer_cake::object {

/// Where a new object runs, and what it may use. The default is the creator's thread: a machine shares it, a function
/// runs there as a fiber.
///
///     self.create(lc::own_thread(), worker);
///     self.create(lc::on_thread("store").with_mailbox(64), worker);
///     self.create(lc::own_process(), worker);
///     self.create(lc::program("/srv/shop/render"), RenderSettings{.width = 80});
struct Place {
    enum class Kind {
        here,   ///< the creator's thread
        own,    ///< a new thread, which ends with the object
        named,  ///< the thread of that name, made when it is first asked for
        process ///< a new process, which ends with the object; the address is that of its stand-in here
    };
    Kind kind = Kind::here;
    std::string thread{};             ///< its name, when named
    std::size_t mailbox = 16'384;     ///< messages that may wait for it; more are refused
    std::size_t stack = Stack::usual; ///< bytes, of a function; see Stack for the bounds
    std::string program{};            ///< the executable of a process, by path or on PATH; empty: this one again
    std::string role{}; ///< the last part of a process's role name; empty: made of the object's name and a number
    Duration patience = std::chrono::seconds(5); ///< what a process has from a Stop to its end before it is killed

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
    Place with_role(std::string name) const {
        Place place = *this;
        place.role = std::move(name);
        return place;
    }
    Place with_patience(Duration time) const {
        Place place = *this;
        place.patience = time;
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
/// A process of this same executable; within a program that runs by lc::run(). The object is a function that
/// LAYER_CAKE_OBJECT names, or a machine, and its arguments are values that can travel. It ends with this process,
/// whatever that ends by. Names of scope PROCESS are found by it and by this process.
inline Place own_process() {
    return {.kind = Place::Kind::process};
}
/// A process of another executable; its settings are a described struct. What it prints at its end is its value.
inline Place program(std::string executable) {
    return {.kind = Place::Kind::process, .program = std::move(executable)};
}

} // namespace layer_cake::object
