#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <layer_cake/home/log_transit.hpp>
#include <unistd.h>

namespace layer_cake::home {
namespace {

constexpr unsigned at_once = SPLICE_F_NONBLOCK;

template <typename Call>
ssize_t repeated(Call call) {
    for (;;) {
        const ssize_t size = call();
        if (size >= 0 || errno != EINTR) return size;
    }
}

} // namespace

LogTransit& LogTransit::of_this_thread() {
    static thread_local LogTransit transit;
    return transit;
}

bool LogTransit::usable() {
    if (null_) return true;
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK)) return false;
    read_ = Fd(ends[0]);
    write_ = Fd(ends[1]);
    (void)::fcntl(write_.get(), F_SETPIPE_SZ, static_cast<int>(most));
    null_ = Fd(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    return static_cast<bool>(null_);
}

ssize_t LogTransit::look(int pipe, std::size_t limit) {
    return repeated([&] { return ::tee(pipe, write_.get(), std::min(limit, most), at_once); });
}

ssize_t LogTransit::draw(int pipe, std::size_t limit) {
    return repeated([&] { return ::splice(pipe, nullptr, write_.get(), nullptr, std::min(limit, most), at_once); });
}

ssize_t LogTransit::store(int file, std::uint64_t offset, std::size_t size) {
    auto at = static_cast<loff_t>(offset);
    return repeated([&] { return ::splice(read_.get(), nullptr, file, &at, size, at_once); });
}

ssize_t LogTransit::read(char* to, std::size_t size) {
    return repeated([&] { return ::read(read_.get(), to, size); });
}

void LogTransit::clear() {
    while (repeated([&] { return ::splice(read_.get(), nullptr, null_.get(), nullptr, most, at_once); }) > 0) {
    }
}

void LogTransit::skip(int pipe, std::size_t size) {
    while (size > 0) {
        const auto gone = repeated([&] { return ::splice(pipe, nullptr, null_.get(), nullptr, size, at_once); });
        if (gone <= 0) return;
        size -= static_cast<std::size_t>(gone);
    }
}

} // namespace layer_cake::home
