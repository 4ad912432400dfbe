#pragma once

#include <layer_cake/type/messages.hpp>
#include <vector>

/// What a process and one that it has started for an object say to each other, besides the messages of their objects.
namespace layer_cake::process {

/// To the child, first: make the object. Answered with Begun.
struct Begin {
    std::vector<type::Any> arguments;
};
BOOST_DESCRIBE_STRUCT(Begin, (), (arguments))

/// It is there; messages go to that address.
struct Begun {
    type::Address object;
};
BOOST_DESCRIBE_STRUCT(Begun, (), (object))

/// To the child: come to an end, in order with the messages before it. Answered with Ending at once.
struct End {};
BOOST_DESCRIBE_STRUCT(End, (), ())

struct Ending {};
BOOST_DESCRIBE_STRUCT(Ending, (), ())

} // namespace layer_cake::process

// clang-format off
#define LAYER_CAKE_CHILD_MESSAGES(X)                                                                                   \
    X(layer_cake::process::Begin) X(layer_cake::process::Begun) X(layer_cake::process::End)                            \
    X(layer_cake::process::Ending)
LAYER_CAKE_CHILD_MESSAGES(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
