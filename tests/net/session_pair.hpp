#pragma once

#include <layer_cake/net/session.hpp>
#include <sys/socket.h>
#include <tests/object/talk.hpp>

namespace layer_cake::net {

/// Two connected sockets.
struct SocketPair {
    SocketPair() {
        int both[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, both) != 0) return;
        one.reset(both[0]);
        other.reset(both[1]);
    }
    Fd one, other;
};

/// Runs two functions, each the root of a runtime of its own, as two processes would: each with one end.
struct TwoProcesses {
    template <class There, class Here>
    Any run(There there, Here here) {
        SocketPair pair;
        far.start([&there, fd = std::make_shared<Fd>(std::move(pair.other))](Self& self) -> Any {
            return there(self, std::move(*fd));
        });
        auto value = near.run([&here, fd = std::make_shared<Fd>(std::move(pair.one))](Self& self) -> Any {
            return here(self, std::move(*fd));
        });
        far_value = far.wait();
        return value;
    }
    Runtime near, far;
    Any far_value;
};

} // namespace layer_cake::net
