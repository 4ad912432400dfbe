#pragma once

#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <optional>

namespace layer_cake::process {

/// What a process has that was started for an object of another one: the session with it, and a way out for its value.
class ChildLife {
public:
    /// Nothing in a process that was not started so. What the objects print goes to stderr from now on: stdout is the
    /// value's. Once, before other threads are made. Fails with `invalid` where the variable names no socket.
    static Result<std::optional<ChildLife>> find();

    Fd take_session() { return std::move(session_); }
    int output() const { return output_.get(); }

private:
    ChildLife(Fd session, Fd output) : session_(std::move(session)), output_(std::move(output)) {}

    Fd session_;
    Fd output_;
};

} // namespace layer_cake::process
