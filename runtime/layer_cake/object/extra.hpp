#pragma once

#include <layer_cake/object/awaited.hpp>
#include <layer_cake/object/object.hpp>
#include <layer_cake/object/timer_queue.hpp>
#include <unordered_map>
#include <vector>

namespace layer_cake::object {

/// A timer of an object: sends its message when it is due.
struct ObjectTimer : Deadline {
    Object* owner = nullptr;
    const type::Info* info = nullptr;
    std::int64_t every = 0;  ///< nanoseconds; 0 for once
    std::int64_t serial = 0; ///< of the message under way, or 0: any other one is out of date
};

/// A request of an object whose answer is awaited.
struct Ask : Awaited {
    Object* owner = nullptr;
    Ask* next = nullptr; ///< of the same owner
    Ask** link = nullptr;
    Object::Then then;
};

/// What only some objects need.
struct Extra {
    struct Child {
        Any context;
        std::unique_ptr<Object::Then> then;
        bool attached = false;
    };
    std::unordered_map<std::int64_t, Child> children;
    std::size_t attached = 0;                         ///< of the children: those that are the library's own
    std::vector<std::unique_ptr<ObjectTimer>> timers; ///< stays small: one for each type
    std::vector<std::int64_t> in_hand;                ///< asks that were taken and neither answered nor handed on
    BoxQueue saved;
    Ask* asks = nullptr;
    Any result, aborted, context;
    bool stopping = false; ///< the children have been sent Stop
};

} // namespace layer_cake::object
