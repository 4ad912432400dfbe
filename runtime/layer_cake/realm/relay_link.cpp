#include <array>
#include <cerrno>
#include <layer_cake/core/thread_buffer.hpp>
#include <layer_cake/realm/relay_link.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace layer_cake::realm {
namespace {

constexpr std::size_t head_size = 4;
constexpr std::size_t read_at_once = 256u << 10;

std::array<char, head_size> head_of(std::size_t size) {
    return {static_cast<char>(size), static_cast<char>(size >> 8), static_cast<char>(size >> 16),
            static_cast<char>(size >> 24)};
}

std::size_t size_in(std::string_view head) {
    std::size_t size = 0;
    for (std::size_t i = head_size; i-- > 0;)
        size = size << 8 | static_cast<unsigned char>(head[i]);
    return size;
}

} // namespace

RelayLink::RelayLink(Loop& loop, Fd connection, Duration patience, Events events)
    : fd_(std::move(connection)),
      events_(std::make_shared<Events>(std::move(events))),
      poll_(loop, fd_.get()),
      patience_(loop) {
    const int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    patience_.start(patience, [this] { lose(); });
    watch();
}

RelayLink::~RelayLink() {
    *alive_ = false;
}

Result<void> RelayLink::send(std::string_view message) {
    if (!fd_ || is_leaving_) return fail(Fault::disconnected, "the link is lost");
    if (out_.size() - written_ >= most_waiting) {
        was_full_ = true;
        return fail(Fault::busy, "the link is full");
    }
    const auto head = head_of(message.size());
    std::string_view first(head.data(), head.size());
    if (out_.empty()) {
        auto taken = write_now(first, message);
        const auto of_head = std::min(taken, first.size());
        first.remove_prefix(of_head);
        message.remove_prefix(taken - of_head);
    }
    out_.append(first).append(message);
    watch();
    return ok();
}

void RelayLink::leave(Duration patience, std::function<void()> lost) {
    is_leaving_ = true;
    listen({[](std::span<char>) {}, std::move(lost)});
    patience_.start(patience, [this] { lose(); });
    write();
}

void RelayLink::watch() {
    if (!fd_) return;
    const int wanted = Poll::readable | (written_ < out_.size() ? Poll::writable : 0);
    if (wanted == watched_) return;
    watched_ = wanted;
    poll_.start(wanted, [this](int events) { on_ready(events); });
}

void RelayLink::on_ready(int events) {
    const auto alive = alive_;
    if (events & Poll::writable) write();
    if (*alive && fd_ && events & Poll::readable) read();
}

void RelayLink::read() {
    const auto alive = alive_;
    const auto into = thread_buffer<RelayLink, read_at_once>();
    const auto size = ::recv(fd_.get(), into.data(), into.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
    if (size <= 0) return lose();
    if (is_leaving_) return;
    in_.append(into.data(), static_cast<std::size_t>(size));
    if (!split_messages() && *alive) lose();
}

/// False for a message that is too long.
bool RelayLink::split_messages() {
    const auto alive = alive_;
    auto all = std::exchange(in_, {}); // who hears of a message may destroy this
    std::span<char> rest = all;
    while (rest.size() >= head_size) {
        const auto size = size_in({rest.data(), head_size});
        if (size > (is_first_ ? first_longest : longest)) return false;
        if (rest.size() < head_size + size) break;
        if (std::exchange(is_first_, false)) patience_.cancel();
        const auto events = events_;
        events->received(rest.subspan(head_size, size));
        if (!*alive) return true;
        if (!fd_ || is_leaving_) return true;
        rest = rest.subspan(head_size + size);
    }
    all.erase(0, all.size() - rest.size());
    in_ = std::move(all);
    return true;
}

/// @return how much of both the connection took
std::size_t RelayLink::write_now(std::string_view first, std::string_view second) {
    std::array<iovec, 2> parts{
        {{const_cast<char*>(first.data()), first.size()}, {const_cast<char*>(second.data()), second.size()}}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    ssize_t size = -1;
    do
        size = ::sendmsg(fd_.get(), &message, MSG_NOSIGNAL);
    while (size < 0 && errno == EINTR);
    return size > 0 ? static_cast<std::size_t>(size) : 0; // an error shows when it is read from
}

void RelayLink::write() {
    if (written_ < out_.size()) written_ += write_now(std::string_view(out_).substr(written_), {});
    if (written_ == out_.size()) {
        out_.clear();
        written_ = 0;
        if (is_leaving_) ::shutdown(fd_.get(), SHUT_WR);
    } else if (written_ > most_waiting / 2) {
        out_.erase(0, std::exchange(written_, 0));
    }
    watch();
    if (out_.size() - written_ > most_waiting / 2 || !std::exchange(was_full_, false)) return;
    const auto events = events_;
    if (events->has_room) events->has_room();
}

void RelayLink::lose() {
    if (!fd_) return;
    patience_.cancel();
    poll_.cancel();
    fd_.reset();
    const auto events = events_;
    if (events->lost) events->lost();
}

} // namespace layer_cake::realm
