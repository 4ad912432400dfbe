#include <cerrno>
#include <cstring>
#include <layer_cake/core/thread_buffer.hpp>
#include <layer_cake/net/stream.hpp>
#include <memory>
#include <sys/socket.h>

namespace layer_cake::net {
namespace {

constexpr std::size_t block = 64 << 10;

/// One for all streams of a thread: only one of them reads at a time. Room for a rest in front of a block.
char* shared_buffer() {
    return thread_buffer<Stream, 2 * block>().data();
}

} // namespace

Stream::Stream(Loop& loop, Fd connected, User& user) : fd_(std::move(connected)), user_(user) {
    poll_.emplace(loop, fd_.get());
}

void Stream::start() {
    watch();
}

void Stream::watch() {
    if (!fd_) return;
    const int wanted = Poll::readable | (unsent() != 0 && !broken_ ? Poll::writable : 0);
    if (wanted == watched_) return;
    watched_ = wanted;
    poll_->start(wanted, [this](int events) { on_ready(events); });
}

void Stream::on_ready(int events) {
    if (events & Poll::writable) {
        flush();
        if (fd_) user_.sent_some();
    }
    if (fd_ && (events & Poll::readable)) read();
}

void Stream::read() {
    for (int turn = 0; turn < 4 && fd_ && user_.takes_more(); ++turn) // then others have their turn
        if (!read_once()) return;
}

bool Stream::read_once() {
    char* into = nullptr;
    std::size_t kept = rest_.size();
    const bool large = kept > block;
    if (large) { // no copying back and forth of a long frame's beginning
        rest_.resize(kept + block);
        into = rest_.data();
    } else {
        into = shared_buffer();
        std::memcpy(into, rest_.data(), kept);
    }
    ssize_t size = -1;
    do
        size = ::recv(fd_.get(), into + kept, block, 0);
    while (size < 0 && errno == EINTR);
    if (size <= 0) {
        if (large) rest_.resize(kept);
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
        user_.ended(size == 0 ? 0 : errno);
        return false;
    }
    const std::string_view all(into, kept + static_cast<std::size_t>(size));
    const auto used = user_.received(all);
    if (!fd_) return false;
    if (large) {
        rest_.resize(all.size());
        rest_.erase(0, used);
    } else {
        rest_.assign(all.substr(used));
    }
    if (rest_.empty() && rest_.capacity() > 4096) rest_ = {};
    return static_cast<std::size_t>(size) == block;
}

void Stream::flush() {
    while (fd_ && !broken_ && unsent() != 0) {
        const auto size = ::send(fd_.get(), out_.data() + sent_, unsent(), MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (size < 0) { // the end is told by reading, after all that came before it
            broken_ = true;
            break;
        }
        sent_ += static_cast<std::size_t>(size);
    }
    constexpr std::size_t worth_keeping = 256 << 10;
    if (unsent() == 0 || broken_) {
        sent_before_ += out_.size();
        sent_ = 0;
        out_.size() > worth_keeping ? void(out_ = {}) : out_.clear();
    } else if (sent_ > worth_keeping && sent_ > out_.size() / 2) { // or the front would never be given back
        codec::TextBuffer left;
        left.put(out_.view().substr(sent_));
        sent_before_ += sent_;
        sent_ = 0;
        out_ = std::move(left);
    }
    watch();
}

void Stream::finish_sending() {
    if (fd_) ::shutdown(fd_.get(), SHUT_WR);
}

void Stream::close() {
    poll_.reset();
    fd_.reset();
}

} // namespace layer_cake::net
