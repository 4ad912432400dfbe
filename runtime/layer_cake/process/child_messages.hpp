#pragma once

#include <layer_cake/type/messages.hpp>
#include <vector>

/// What a process and one that it has started for an object say to each other, besides the messages of their objects.
namespace layer_cake::process {

/// To the child, first: make the object. Answered with Begun.
struct Begin {
    std::vector<type::Any> arguments;
    type::Address door; ///< who answers FindDirectory
};
BOOST_DESCRIBE_STRUCT(Begin, (), (arguments, door))

/// It is there; messages go to that address.
struct Begun {
    type::Address object;
};
BOOST_DESCRIBE_STRUCT(Begun, (), (object))

/// To the parent: where does the directory of your process listen, for ours to be below it? Answered with HostPort.
struct FindDirectory {};
BOOST_DESCRIBE_STRUCT(FindDirectory, (), ())

/// To the child: come to an end, in order with the messages before it. Answered with Ending at once.
struct End {};
BOOST_DESCRIBE_STRUCT(End, (), ())

struct Ending {};
BOOST_DESCRIBE_STRUCT(Ending, (), ())

} // namespace layer_cake::process

// clang-format off
#define LAYER_CAKE_CHILD_MESSAGES(X)                                                                                   \
    X(layer_cake::process::Begin) X(layer_cake::process::Begun) X(layer_cake::process::End)                            \
    X(layer_cake::process::Ending) X(layer_cake::process::FindDirectory)
LAYER_CAKE_CHILD_MESSAGES(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
