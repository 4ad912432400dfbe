#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/net/listener.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace layer_cake::net {
namespace {

Fd spare_descriptor() {
    return Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

Result<Fd> listen_tcp(const Endpoint& endpoint) {
    const auto what = fmt::format("cannot listen at {}", endpoint_text(endpoint));
    auto addresses = resolve(endpoint.host, endpoint.port);
    if (!addresses) return fail(std::move(addresses).error());
    const auto& address = addresses->front();
    Fd fd(::socket(address.base()->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return fail(system_error(what, errno));
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (endpoint.shared) ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    // What is accepted inherits these.
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    if (::bind(fd.get(), address.base(), address.size) != 0 || ::listen(fd.get(), SOMAXCONN) != 0) {
        auto error = system_error(what, errno);
        if (errno == EADDRINUSE) error.fault = Fault::busy;
        return fail(std::move(error));
    }
    return fd;
}

std::uint16_t port_of(int fd) {
    SocketAddress address;
    address.size = sizeof address.storage;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.size) != 0) return 0;
    if (address.storage.ss_family == AF_INET)
        return ntohs(reinterpret_cast<const sockaddr_in*>(&address.storage)->sin_port);
    if (address.storage.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_port);
    return 0;
}

} // namespace

Result<std::unique_ptr<Listener>> Listener::open(Loop& loop, const Endpoint& endpoint,
                                                 std::function<void(Fd)> accepted) {
    std::optional<UnixListener> file;
    Fd socket;
    if (!endpoint.path.empty()) {
        auto made = UnixListener::listen(endpoint.path);
        if (!made) return fail(std::move(made).error());
        socket = made->take_socket();
        file.emplace(std::move(*made));
    } else {
        auto made = listen_tcp(endpoint);
        if (!made) return fail(std::move(made).error());
        socket = std::move(*made);
    }
    return std::unique_ptr<Listener>(new Listener(loop, std::move(socket), std::move(file), std::move(accepted)));
}

Listener::Listener(Loop& loop, Fd socket, std::optional<UnixListener> file, std::function<void(Fd)> accepted)
    : file_(std::move(file)),
      socket_(std::move(socket)),
      spare_(spare_descriptor()),
      poll_(loop, socket_.get()),
      pause_(loop),
      accepted_(std::make_shared<std::function<void(Fd)>>(std::move(accepted))),
      alive_(std::make_shared<bool>(true)),
      port_(port_of(socket_.get())) {
    wait();
}

void Listener::wait() {
    poll_.start(Poll::readable, [this](int) { accept_some(); });
}

void Listener::accept_some() {
    constexpr int at_most = 64; // then the connections have their turn
    const std::weak_ptr<bool> alive = alive_;
    const auto call = accepted_;
    for (int count = 0; count < at_most && !alive.expired(); ++count) {
        Fd fd(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (fd) {
            (*call)(std::move(fd));
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return;
        if ((errno == EMFILE || errno == ENFILE) && refuse_one()) continue;
        poll_.cancel();
        pause_.start(std::chrono::milliseconds(100), [this] { wait(); });
        return;
    }
}

bool Listener::refuse_one() {
    if (!spare_) spare_ = spare_descriptor();
    if (!spare_) return false;
    spare_.reset();
    Fd refused(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const bool done = static_cast<bool>(refused);
    refused.reset();
    spare_ = spare_descriptor();
    return done;
}

} // namespace layer_cake::net
