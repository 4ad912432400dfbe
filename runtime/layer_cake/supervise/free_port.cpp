#include <arpa/inet.h>
#include <cerrno>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/supervise/free_port.hpp>
#include <netinet/in.h>
#include <sys/socket.h>
#include <vector>

namespace layer_cake::supervise {

Result<std::uint16_t> free_port(const std::set<std::uint16_t>& taken) {
    std::vector<Fd> held; // so that the kernel does not offer one twice
    for (int attempt = 0; attempt < 64; ++attempt) {
        Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (!fd || ::bind(fd.get(), generic, size) != 0 || ::getsockname(fd.get(), generic, &size) != 0)
            return fail(system_error("cannot find a free port", errno));
        const auto port = ntohs(address.sin_port);
        if (!taken.contains(port)) return port;
        held.push_back(std::move(fd));
    }
    return fail(Fault::busy, "cannot find a free port: all that the system offers are taken");
}

} // namespace layer_cake::supervise
