#include <cerrno>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/core/thread_buffer.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/http_text.hpp>
#include <layer_cake/supervise/endpoint_answer.hpp>
#include <layer_cake/supervise/proxy_connection.hpp>
#include <layer_cake/supervise/proxy_headers.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace layer_cake::supervise {
namespace {

std::optional<std::uint64_t> told_length(const net::HttpResponse& response) {
    const auto* text = net::find_header(response.headers, "Content-Length");
    std::uint64_t length = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), length).ec != std::errc()) return {};
    return length;
}

} // namespace

ProxyConnection::ProxyConnection(Loop& loop, std::uint16_t port, std::function<void(std::uint64_t, bool)> done)
    : loop_(loop), port_(port), done_(std::move(done)) {}

void ProxyConnection::close() {
    done_ = nullptr;
    job_.reset();
    drop_connection();
}

void ProxyConnection::drop_connection() {
    poll_.reset();
    fd_.reset();
    used_ = connecting_ = paused_ = false;
}

void ProxyConnection::take(std::shared_ptr<PoolJob> job) {
    job_ = std::move(job);
    out_ = net::request_text({{}, "127.0.0.1", port_}, request_for_worker(job_->request), true);
    sent_ = 0;
    heard_ = again_ = begun_ = false;
    parser_.emplace(to_head());
    if (!fd_) return connect();
    send_some();
    if (fd_) watch();
}

void ProxyConnection::connect() {
    drop_connection();
    auto addresses = net::known_addresses("127.0.0.1", port_);
    auto under_way = net::start_connect(addresses.front().base(), addresses.front().size);
    if (under_way.error != 0) return broke("it does not listen on its port");
    fd_ = std::move(under_way.fd);
    const int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    poll_.emplace(loop_, fd_.get());
    connecting_ = !under_way.done;
    watch();
}

void ProxyConnection::connected() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return broke("it does not listen on its port");
    connecting_ = false;
    send_some();
}

void ProxyConnection::watch() {
    const bool sending = connecting_ || (job_ && sent_ < out_.size());
    const int wanted = (paused_ || connecting_ ? 0 : int{Poll::readable}) | (sending ? int{Poll::writable} : 0);
    if (wanted == 0) return poll_->cancel();
    poll_->start(wanted, [this](int events) {
        const auto self = shared_from_this();
        if (connecting_)
            connected();
        else if (events & Poll::writable)
            send_some();
        if (fd_ && !connecting_ && events & Poll::readable) receive();
        if (fd_) watch();
    });
}

void ProxyConnection::send_some() {
    while (sent_ < out_.size()) {
        const auto sent = ::send(fd_.get(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) return;
        if (sent < 0) return; // an answer may be there although it would not take all; else reading tells
        sent_ += static_cast<std::size_t>(sent);
    }
}

/// A server that sends head and body apart waits for our acknowledgement between them, which the kernel would delay.
void ProxyConnection::acknowledge() {
    const int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void ProxyConnection::receive() {
    const auto buffer = thread_buffer<ProxyConnection>();
    for (int turn = 0; turn < 8 && fd_ && !paused_; ++turn) { // then others have their turn
        const auto got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        if (!job_) return drop_connection(); // it closed an idle connection, or said what nobody asked for
        if (got < 0) return broke("the connection broke");
        if (got > 0) heard_ = true;
        auto fed = got == 0 ? parser_->finish() : parser_->feed({buffer.data(), static_cast<std::size_t>(got)});
        if (!fed && (got == 0 || !parser_->headed())) return broke(fed.error().detail);
        if (!fed) return broke("its answer is not HTTP/1.1");
        pass_on();
        if (!job_) return;
        if (parser_->complete()) return finish();
        if (static_cast<std::size_t>(got) < buffer.size()) return acknowledge();
    }
}

bool ProxyConnection::to_head() const {
    return job_->request.method == "HEAD";
}

/// What has come of the answer, where it is to be sent in parts.
void ProxyConnection::pass_on() {
    if (!parser_->headed()) return;
    auto& response = parser_->response();
    if (job_->answered()) { // too late: read to its end, so that the worker is free
        response.body.clear();
        return;
    }
    if (!begun_) {
        const auto length = told_length(response);
        const bool is_whole = to_head() ? length.has_value() : parser_->complete();
        if (is_whole || (length && *length <= whole_limit)) return;
        begun_ = true;
        job_->begin(response.status, without_hop(response.headers));
    }
    if (response.body.empty()) return;
    auto* to = job_->open();
    if (to->gone()) { // nobody reads it
        const auto id = job_->id;
        job_->send({});
        job_.reset();
        drop_connection();
        return done_(id, true);
    }
    to->write(std::exchange(response.body, {}));
    if (to->unsent() <= unsent_limit) return;
    paused_ = true;
    to->on_drained([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || !self->paused_) return;
        self->paused_ = false;
        if (self->fd_) self->watch();
    });
}

void ProxyConnection::finish() {
    const auto self = shared_from_this();
    const auto job = std::exchange(job_, nullptr);
    auto& response = parser_->response();
    if (begun_)
        job->end();
    else
        job->send({response.status, without_hop(response.headers), std::move(response.body), told_length(response)});
    used_ = true;
    paused_ = false;
    if (!parser_->keep_alive() || sent_ < out_.size()) drop_connection();
    done_(job->id, true);
}

void ProxyConnection::broke(const std::string& how) {
    const auto self = shared_from_this();
    const bool untouched = sent_ == 0;
    const bool stale = used_ && !heard_ && (untouched || is_idempotent(job_->request.method));
    if (stale && !std::exchange(again_, true)) { // it closed the kept connection just as we used it
        sent_ = 0;
        parser_.emplace(to_head());
        return connect();
    }
    const auto job = std::exchange(job_, nullptr);
    drop_connection();
    job->send(endpoint_refusal(502, "disconnected", fmt::format("the worker gave no answer: {}", how)));
    if (done_) done_(job->id, false);
}

} // namespace layer_cake::supervise
