#include <cli/service_notify.hpp>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <layer_cake/core/fd.hpp>
#include <sys/socket.h>
#include <sys/un.h>

namespace layer_cake::cli {

ServiceNotify::ServiceNotify() {
    if (const char* address = std::getenv("NOTIFY_SOCKET")) address_ = address;
}

void ServiceNotify::send(std::string_view lines) const {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    if (address_.size() < 2 || address_.size() >= sizeof to.sun_path) return;
    std::memcpy(to.sun_path, address_.data(), address_.size());
    if (to.sun_path[0] == '@')
        to.sun_path[0] = '\0';
    else if (to.sun_path[0] != '/')
        return;
    const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    (void)::sendto(socket.get(), lines.data(), lines.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to),
                   length);
}

} // namespace layer_cake::cli
