#pragma once

#include <layer_cake/object/elsewhere.hpp>
#include <layer_cake/type/note_text.hpp>

namespace layer_cake::object {

/// The notes (type/note_text.hpp) of the messages that an object takes and that may come from outside the program:
/// those that are none of the runtime's own. They are what `protocol: objects` of a role makes messages of requests by.
template <class Accepts>
struct MessageNotes {
    static constexpr bool keep() { return true; }
};
template <type::Portable... Messages>
struct MessageNotes<accepts<Messages...>> {
    static bool keep() { return (keep_one<Messages>() && ... && true); }

private:
    template <class T>
    static bool keep_one() {
        if constexpr (type::Traits<T>::shape().kind == type::Kind::message)
            if constexpr (!type::portable_name<T>().starts_with("layer_cake.")) {
                const char* const volatile note = type::MessageNoteOf<T>::text.data(); // the linker keeps what is used
                return note != nullptr;
            }
        return true;
    }
};

} // namespace layer_cake::object

/// Names a function object and says which messages it takes: `LAYER_CAKE_OBJECT(worker, lc::accepts<Xy>)`. At
/// namespace scope, after the function. A function without it works, namelessly, but in no other process; a machine
/// needs no naming.
#define LAYER_CAKE_OBJECT(function, ...)                                                                               \
    [[maybe_unused]] static const bool layer_cake_object_##function =                                                  \
        (::layer_cake::object::register_object<&function>(#function __VA_OPT__(, __VA_ARGS__::list()))                 \
             __VA_OPT__(&&::layer_cake::object::MessageNotes<__VA_ARGS__>::keep()));
