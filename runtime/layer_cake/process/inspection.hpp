#pragma once

#include <layer_cake/core/fd.hpp>
#include <layer_cake/net/unix_socket.hpp>
#include <layer_cake/object/runtime.hpp>

namespace layer_cake::process {

/// Lets a role be looked into while it runs: whoever connects to `role/<role>/inspect.sock` (mode 0600) reads one JSON
/// text, what Runtime::report() says, and then the end. Where the role runs as another user than its group the socket
/// is in its folder `lock`. Used on one thread, which is none of the runtime's.
class Inspection {
public:
    static constexpr const char* file_name = "inspect.sock";

    static Result<Inspection> open(const std::string& role_folder);

    /// Readable when somebody has connected: then answer().
    int fd() const { return socket_.get(); }
    /// Takes half a second at most of a program that does not answer, and of a reader who does not read.
    void answer(object::Runtime& runtime);

private:
    explicit Inspection(net::UnixListener listener)
        : listener_(std::move(listener)), socket_(listener_.take_socket()) {}

    net::UnixListener listener_;
    Fd socket_;
};

} // namespace layer_cake::process
