#pragma once

#include <layer_cake/type/messages.hpp>
#include <vector>

/// What a process and one that it has started for an object say to each other, besides the messages of their objects.
namespace layer_cake::process {

/// To the child, first: make the object. Answered with Begun.
struct Begin {
    std::vector<type::Any> arguments;
};
LAYER_CAKE_MESSAGE(Begin, arguments)

/// It is there; messages go to that address.
struct Begun {
    type::Address object;
};
LAYER_CAKE_MESSAGE(Begun, object)

/// To the child: come to an end, in order with the messages before it. Answered with Ending at once.
struct End {};
LAYER_CAKE_MESSAGE(End)

struct Ending {};
LAYER_CAKE_MESSAGE(Ending)

} // namespace layer_cake::process
