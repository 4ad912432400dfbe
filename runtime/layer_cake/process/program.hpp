#pragma once

#include <functional>
#include <layer_cake/object/runtime.hpp>
#include <layer_cake/process/arguments.hpp>

namespace layer_cake::process {

/// What run() knows of a program: its main object, behind functions.
struct Program {
    const char* note = nullptr; ///< kept in the file by being used
    Part settings{};            ///< the instance the main object is started with, holding the defaults
    std::function<type::Address(object::Runtime& runtime)> start;
    std::function<std::unique_ptr<object::Object>()> make; ///< instead of `start`, as somebody's child
};

/// All of a program's life; the value is the exit status. Writes to stdout and stderr, handles signals; once a process,
/// before other threads are made.
int run_program(const Program& program, int argc, char** argv);

} // namespace layer_cake::process
