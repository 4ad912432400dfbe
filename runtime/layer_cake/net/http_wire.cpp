#include <cerrno>
#include <fmt/format.h>
#include <layer_cake/net/http_wire.hpp>
#include <sys/socket.h>
#include <utility>

namespace layer_cake::net {

HttpWire::HttpWire(Loop& loop, Endpoint endpoint, std::vector<SocketAddress> addresses, std::size_t body_bytes,
                   Events events)
    : loop_(loop),
      endpoint_(std::move(endpoint)),
      addresses_(std::move(addresses)),
      body_bytes_(body_bytes),
      events_(std::move(events)) {}

void HttpWire::connect() {
    if (connected_ || under_way_) return;
    under_way_ = true;
    next_ = 0;
    connect_next();
}

void HttpWire::connect_next() {
    int error = ECONNREFUSED;
    while (next_ < addresses_.size()) {
        const auto& address = addresses_[next_++];
        auto attempt = start_connect(address.base(), address.size);
        error = attempt.error;
        if (error != 0) continue;
        poll_.reset();
        fd_ = std::move(attempt.fd);
        poll_.emplace(loop_, fd_.get());
        return poll_->start(Poll::writable, [this](int) { on_connecting(); });
    }
    fail_with(connect_error(endpoint_, error));
}

void HttpWire::on_connecting() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error == 0) return on_connected();
    if (next_ < addresses_.size()) return connect_next();
    fail_with(connect_error(endpoint_, error));
}

void HttpWire::on_connected() {
    connected_ = true;
    under_way_ = used_ = received_ = false;
    send_some();
    if (!connected_) return;
    watch();
    if (events_.connected) events_.connected();
}

void HttpWire::send(std::string text, bool to_head) {
    out_ = std::move(text);
    sent_ = 0;
    received_ = false;
    parser_.emplace(to_head);
    if (!connected_) return connect();
    send_some();
    if (connected_) watch();
}

void HttpWire::close() {
    poll_.reset();
    fd_.reset();
    parser_.reset();
    out_.clear();
    sent_ = 0;
    connected_ = under_way_ = false;
}

void HttpWire::watch() {
    const int wanted = Poll::readable | (sent_ < out_.size() ? Poll::writable : 0);
    poll_->start(wanted, [this](int events) { on_ready(events); });
}

void HttpWire::on_ready(int events) {
    if (events & Poll::writable) {
        send_some();
        if (connected_) watch();
    }
    if (connected_ && (events & Poll::readable)) receive();
}

void HttpWire::send_some() {
    while (sent_ < out_.size()) {
        const auto size = ::send(fd_.get(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        // An answer may be there although the server would not take all of the request.
        if (size < 0) {
            sent_ = out_.size();
            return;
        }
        sent_ += static_cast<std::size_t>(size);
    }
}

void HttpWire::receive() {
    char buffer[16 << 10];
    for (int turn = 0; turn < 16 && connected_; ++turn) { // then others have their turn
        const auto size = ::recv(fd_.get(), buffer, sizeof buffer, 0);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        if (!parser_) return close(); // between requests: the server has enough, or says what nobody asked
        if (size < 0) return fail_with({Fault::disconnected, "the connection broke before the answer was whole"});
        received_ = received_ || size > 0;
        auto fed = size == 0 ? parser_->finish() : parser_->feed({buffer, static_cast<std::size_t>(size)});
        if (!fed) return fail_with(std::move(fed).error());
        if (parser_->response().body.size() > body_bytes_)
            return fail_with({Fault::invalid, fmt::format("the answer is larger than {} bytes", body_bytes_)});
        if (!parser_->complete()) continue;
        auto response = std::move(parser_->response());
        const bool keeps = parser_->keep_alive() && size > 0 && sent_ == out_.size();
        parser_.reset();
        used_ = true;
        if (!keeps) close();
        return events_.answered(std::move(response));
    }
}

void HttpWire::fail_with(Error error) {
    const bool untouched = connected_ && used_ && !received_;
    close();
    events_.broken(std::move(error), untouched);
}

} // namespace layer_cake::net
