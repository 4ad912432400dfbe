#pragma once

#include <condition_variable>
#include <layer_cake/object/runtime.hpp>

/// What the runtime's threads tell each other; sent to place 0 of a shard.
namespace layer_cake::object {

/// Take this object: its id is reserved already.
struct Adopt {
    std::unique_ptr<Object> object;
};

/// Say which objects you have.
struct Census {
    struct Lists {
        std::mutex mutex;
        std::condition_variable changed;
        std::map<std::uint32_t, std::vector<Alive>> by_shard;
    };
    std::shared_ptr<Lists> lists;
};

/// End, with whatever objects there still are.
struct Quit {};

} // namespace layer_cake::object

namespace layer_cake::type {

// Never described and so never encoded: they stay in the process.
template <>
struct Traits<object::Adopt> {
    static constexpr Shape shape() { return shape_of_object<object::Adopt>(Kind::message); }
};
template <>
struct Traits<object::Census> {
    static constexpr Shape shape() { return shape_of_object<object::Census>(Kind::message); }
};
template <>
struct Traits<object::Quit> {
    static constexpr Shape shape() { return shape_of_object<object::Quit>(Kind::message); }
};

} // namespace layer_cake::type
