#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <layer_cake/supervise/notify_socket.hpp>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace layer_cake::supervise {
namespace {

constexpr std::size_t most_bytes = 4096;
constexpr int most_a_turn = 64;
constexpr std::size_t most_fds = 253; // the kernel's own limit for one message

/// The address of a socket by its name in NOTIFY_SOCKET; 0 when the name is none.
socklen_t address_of(std::string_view name, sockaddr_un& address) {
    address = {};
    address.sun_family = AF_UNIX;
    if (name.size() < 2 || (name[0] != '@' && name[0] != '/') || name.size() > sizeof address.sun_path) return 0;
    if (name[0] == '/' && name.size() == sizeof address.sun_path) return 0;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + (name[0] == '/' ? 1 : 0));
}

void close_received(msghdr& message, std::optional<ucred>& sender) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET) continue;
        if (part->cmsg_type == SCM_CREDENTIALS && part->cmsg_len == CMSG_LEN(sizeof(ucred))) {
            ucred from{};
            std::memcpy(&from, CMSG_DATA(part), sizeof from);
            sender = from;
        } else if (part->cmsg_type == SCM_RIGHTS) {
            const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
            for (std::size_t i = 0; i < count; ++i) {
                int fd = -1;
                std::memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
                ::close(fd);
            }
        }
    }
}

} // namespace

Result<std::unique_ptr<NotifySocket>> NotifySocket::open(Loop& loop, uid_t role_uid, Heard heard) {
    std::array<unsigned char, 16> secret{};
    if (::getrandom(secret.data(), secret.size(), 0) != static_cast<ssize_t>(secret.size()))
        return fail(system_error("cannot make a notify socket", errno));
    std::string name = "@layer-cake/";
    for (const unsigned char byte : secret)
        name += fmt::format("{:02x}", byte);

    Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return fail(system_error("cannot make a notify socket", errno));
    const int on = 1;
    sockaddr_un address;
    const auto length = address_of(name, address);
    if (::setsockopt(fd.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0 ||
        ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0)
        return fail(system_error("cannot make a notify socket", errno));
    return std::unique_ptr<NotifySocket>(
        new NotifySocket(loop, std::move(fd), std::move(name), role_uid, std::move(heard)));
}

NotifySocket::NotifySocket(Loop& loop, Fd fd, std::string name, uid_t role_uid, Heard heard)
    : fd_(std::move(fd)),
      name_(std::move(name)),
      role_uid_(role_uid),
      heard_(std::move(heard)),
      poll_(loop, fd_.get()),
      alive_(std::make_shared<bool>(true)) {
    poll_.start(Poll::readable, [this](int) { drain(); });
}

NotifySocket::~NotifySocket() {
    *alive_ = false;
}

void NotifySocket::drain() {
    const auto alive = alive_;
    for (int i = 0; i < most_a_turn && *alive; ++i)
        if (!receive()) return;
}

bool NotifySocket::receive() {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred)) + CMSG_SPACE(most_fds * sizeof(int))];
    char bytes[most_bytes];
    iovec part{bytes, sizeof bytes};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t got = ::recvmsg(fd_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (got < 0) return errno == EINTR;
    std::optional<ucred> sender;
    close_received(message, sender);
    if (!sender || (message.msg_flags & MSG_TRUNC) != 0) return true;
    if (sender->uid != 0 && sender->uid != ::geteuid() && sender->uid != role_uid_) return true;
    const auto heard = heard_; // may destroy this
    if (heard) heard(parse_notice({bytes, static_cast<std::size_t>(got)}), sender->pid);
    return true;
}

Result<void> sd_notify(std::string_view text) {
    const char* name = ::getenv("NOTIFY_SOCKET");
    if (!name || *name == '\0') return ok();
    sockaddr_un address;
    const auto length = address_of(name, address);
    if (length == 0) return fail(Fault::invalid, fmt::format("NOTIFY_SOCKET \"{}\" is no socket's name", name));
    const Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!fd) return fail(system_error("cannot notify the service manager", errno));
    if (::sendto(fd.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), length) >= 0)
        return ok();
    auto error = system_error(fmt::format("cannot notify the service manager at \"{}\"", name), errno);
    if (errno == EAGAIN) error.fault = Fault::busy;
    return fail(std::move(error));
}

} // namespace layer_cake::supervise
