#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/net/session.hpp>
#include <layer_cake/process/pool_root.hpp>
#include <string_view>
#include <sys/stat.h>

namespace layer_cake::process {
namespace {

constexpr Duration last_words = std::chrono::seconds(2); ///< for the last answers to be taken

} // namespace

Result<std::optional<Fd>> find_pool_socket() {
    const char* given = std::getenv(pool_variable);
    if (!given) return std::nullopt;
    const std::string text = given;
    ::unsetenv(pool_variable);
    int number = -1;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    struct stat facts {};
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || number <= STDERR_FILENO ||
        ::fstat(number, &facts) != 0 || !S_ISSOCK(facts.st_mode))
        return fail(Fault::invalid, fmt::format("{}={} names no socket", pool_variable, text));
    ::fcntl(number, F_SETFD, FD_CLOEXEC);
    ::fcntl(number, F_SETFL, O_NONBLOCK);
    return Fd(number);
}

void PoolRoot::on(object::Object& self, type::Start) {
    main_ = self.launch(make_(), {});
    net::SessionOptions how;
    how.target = main_;
    session_ = net::open_session(self, std::move(socket_), std::move(how));
}

void PoolRoot::on(object::Object& self, type::Stop) {
    if (main_) self.send(type::Stop{}, main_);
}

/// The session is closed before the process is: the last answers arrive before its end is known.
void PoolRoot::on(object::Object& self, type::Returned& returned) {
    if (self.return_address() != main_) return;
    main_ = {};
    if (closed_) return self.complete(std::move(returned.message));
    value_ = std::move(returned.message);
    ended_ = true;
    self.send(net::Close{}, session_);
    self.start<type::T1>(last_words);
}

void PoolRoot::on(object::Object& self, net::Closed&) {
    closed_ = true;
    if (ended_) self.complete(std::move(value_));
}

} // namespace layer_cake::process
