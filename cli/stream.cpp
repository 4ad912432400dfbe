#include <cerrno>
#include <cli/stream.hpp>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace layer_cake::cli {

FdBuffer::FdBuffer(int fd, Rules rules) : fd_(fd), rules_(rules) {
    setp(buffer_.data(), buffer_.data() + buffer_.size());
}

FdBuffer::~FdBuffer() {
    drain();
}

FdBuffer::int_type FdBuffer::overflow(int_type byte) {
    if (!drain()) return traits_type::eof();
    if (traits_type::eq_int_type(byte, traits_type::eof())) return traits_type::not_eof(byte);
    *pptr() = traits_type::to_char_type(byte);
    pbump(1);
    if (rules_.by_line && byte == '\n' && !drain()) return traits_type::eof();
    return byte;
}

std::streamsize FdBuffer::xsputn(const char* bytes, std::streamsize count) {
    if (failure_) return 0;
    const auto size = static_cast<std::size_t>(count);
    if (static_cast<std::size_t>(epptr() - pptr()) < size && !drain()) return 0;
    if (size > buffer_.size()) return write_all(bytes, size) ? count : 0;
    std::memcpy(pptr(), bytes, size);
    pbump(static_cast<int>(count));
    if (rules_.by_line && std::memchr(bytes, '\n', size) && !drain()) return 0;
    return count;
}

int FdBuffer::sync() {
    return drain() ? 0 : -1;
}

bool FdBuffer::drain() {
    const char* const from = pbase();
    const auto size = static_cast<std::size_t>(pptr() - pbase());
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return write_all(from, size);
}

bool FdBuffer::write_all(const char* bytes, std::size_t count) {
    while (count > 0 && failure_ == 0) {
        const ssize_t wrote = ::write(fd_, bytes, count);
        if (wrote >= 0) {
            bytes += wrote;
            count -= static_cast<std::size_t>(wrote);
        } else if (errno == EAGAIN) { // somebody made our terminal or pipe non-blocking
            pollfd one{fd_, POLLOUT, 0};
            ::poll(&one, 1, -1);
        } else if (errno != EINTR) {
            failure_ = errno;
            if (failure_ == EPIPE && rules_.dies_of_sigpipe) {
                std::signal(SIGPIPE, SIG_DFL);
                std::raise(SIGPIPE);
            }
        }
    }
    return failure_ == 0;
}

} // namespace layer_cake::cli
