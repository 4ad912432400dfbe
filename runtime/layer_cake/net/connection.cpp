#include <cerrno>
#include <layer_cake/net/connection.hpp>
#include <layer_cake/net/host_port.hpp>
#include <layer_cake/net/request_sink.hpp>
#include <layer_cake/net/server_core.hpp>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <utility>

namespace layer_cake::net {
namespace {

Instant now() {
    return std::chrono::steady_clock::now();
}

constexpr Duration linger_time = std::chrono::seconds(2);
constexpr std::size_t small_out = 1024; ///< capacity below which a connection has no buffer of its own

} // namespace

Connection::Connection(ServerCore& core, Fd fd)
    : core_(&core),
      fd_(std::move(fd)),
      parser_(core.limits().header_bytes, core.limits().body_bytes),
      begun_(now()),
      progress_(begun_) {}

void Connection::start() {
    const auto self = shared_from_this();
    read(); // often the request is here already: one that is answered and closed is never waited for
    if (!flushes_) watch();
}

std::string_view Connection::date() {
    return core_->date();
}

const std::string& Connection::client() {
    if (!client_) client_ = far_side(fd_.get(), {}).host.value_or("");
    return *client_;
}

bool Connection::reading() const {
    if (lingering_) return true;
    return !end_of_file_ && rest_.empty() && replies_.size() < most_replies && out_.size() - sent_ < most_unsent;
}

void Connection::watch() {
    if (closed_) return;
    const int wanted = (reading() ? Poll::readable : 0) | (sent_ < out_.size() ? Poll::writable : 0);
    if (wanted == watched_) return;
    watched_ = wanted;
    if (!poll_) poll_.emplace(core_->loop(), fd_.get());
    if (wanted == 0) return poll_->cancel();
    poll_->start(wanted, [this](int events) { on_ready(events); });
}

void Connection::on_ready(int events) {
    const auto self = shared_from_this();
    const auto core = core_->shared_from_this();
    if (events & Poll::writable) {
        core_->tick();
        flush();
    }
    if (!closed_ && (events & Poll::readable) && reading()) read();
    watch();
}

void Connection::read() {
    auto& buffer = core_->buffer();
    for (int turn = 0; turn < 4 && !closed_ && reading(); ++turn) { // then others have their turn
        const auto size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        if (size == 0) return on_end_of_file();
        if (size < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN && errno != EWOULDBLOCK) close(false);
            return;
        }
        core_->sink().traffic.received += static_cast<std::uint64_t>(size);
        if (!lingering_) {
            progress_ = core_->tick();
            process({buffer.data(), static_cast<std::size_t>(size)});
        }
        if (static_cast<std::size_t>(size) < buffer.size()) return;
    }
}

void Connection::process(std::string_view bytes) {
    corked_ = true;
    while (!bytes.empty() && !closed_) {
        if (last_read_) {
            unread_ = true;
            break;
        }
        if (replies_.size() >= most_replies || out_.size() - sent_ >= most_unsent) {
            rest_.assign(bytes);
            break;
        }
        if (!parser_.begun() && !first_) begun_ = progress_;
        first_ = false;
        const auto step = parser_.feed(bytes);
        if (step == RequestParser::Step::more) break;
        if (step == RequestParser::Step::refused) refuse(parser_.status(), parser_.reason());
        if (step == RequestParser::Step::request) {
            dispatch(parser_.view());
            parser_.next();
        }
        if (step == RequestParser::Step::expects && bytes.empty()) {
            // Queued like a reply, so that it does not overtake the answers before it.
            auto& interim = *owe({});
            interim.state = Reply::State::done;
            emit(interim, "HTTP/1.1 100 Continue\r\n\r\n");
        }
    }
    corked_ = false;
    if (!closed_) send_soon();
}

/// Now, or when the objects have answered what they can in this turn.
void Connection::send_soon() {
    if (core_->shard()) return core_->flush_at_turn_end(*this);
    core_->tick();
    flush();
}

const std::shared_ptr<Reply>& Connection::owe(const RequestView& request) {
    auto& reply = replies_.emplace_back(core_->sink().make_reply());
    reply->connection = this;
    reply->sink = &core_->sink();
    reply->loop = &core_->loop();
    reply->to_head = request.method == "HEAD";
    reply->old_client = request.old_client;
    reply->python_client = request.python_client;
    reply->keep_alive = request.keep_alive && !core_->stopping();
    return reply;
}

void Connection::dispatch(const RequestView& request) {
    if (core_->tcp() && !admits_host(request))
        return refuse(421, "this server answers for its own address only: see Host");
    const auto reply = owe(request);
    if (!reply->keep_alive) last_read_ = true;
    // Whoever takes it may destroy the server; the core that on_ready holds keeps the sink whole.
    core_->sink().take(request, reply);
}

void Connection::refuse(int status, std::string_view reason) {
    last_read_ = true;
    unread_ = true;
    auto& reply = *owe({});
    reply.keep_alive = false;
    reply.state = Reply::State::done;
    core_->sink().refuse(room(reply), reply, status, reason, date());
    appended(reply);
}

/// A page in a browser can make any name of its own point at us; it cannot make the browser say our name (DNS
/// rebinding).
bool Connection::admits_host(const RequestView& request) const {
    if (request.python_client) return true;
    std::string_view host;
    if (const auto authority = target_authority(request.target))
        host = *authority;
    else if (const auto* header = request.header("Host"))
        host = *header;
    const auto colon = host.rfind(':');
    if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos &&
        host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos)
        host = host.substr(0, colon);
    for (const std::string_view known : {"127.0.0.1", "localhost", "[::1]"})
        if (same_word(host, known)) return true;
    for (const auto& known : core_->limits().hosts)
        if (known == "*" || same_word(host, known)) return true;
    if (host.empty()) return false;
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    return same_word(host, core_->host());
}

void Connection::emit(Reply& reply, std::string_view bytes) {
    if (closed_ || broken_) return;
    room(reply).append(bytes);
    appended(reply);
}

std::string& Connection::room(Reply& reply) {
    if (replies_.empty() || replies_.front().get() != &reply) return reply.unsent;
    if (out_.empty() && out_.capacity() < small_out) core_->lend(out_);
    return out_;
}

void Connection::appended(Reply& reply) {
    if (closed_ || broken_ || replies_.empty() || replies_.front().get() != &reply) return;
    const auto self = shared_from_this();
    advance();
    if (!corked_) send_soon();
}

void Connection::advance() {
    while (!replies_.empty() && replies_.front()->state == Reply::State::done) {
        const auto done = std::exchange(replies_.front(), nullptr);
        done->connection = nullptr;
        replies_.pop_front();
        if (!done->keep_alive) {
            last_read_ = true;
            for (const auto& reply : std::exchange(replies_, {}))
                lose_client(reply);
            return;
        }
        if (replies_.empty()) return;
        out_.append(replies_.front()->unsent);
        replies_.front()->unsent = {};
    }
}

void Connection::abort(Reply& reply) {
    if (closed_) return;
    // Nothing may follow the unfinished answer; what there is of it is sent.
    const auto self = shared_from_this();
    reply.state = Reply::State::done;
    reply.keep_alive = false;
    emit(reply, "");
}

std::size_t Connection::unsent(const Reply& reply) const {
    const bool first = !replies_.empty() && replies_.front().get() == &reply;
    return first ? out_.size() - sent_ : reply.unsent.size();
}

void Connection::flush() {
    if (closed_ || broken_) return;
    const auto self = shared_from_this();
    while (sent_ < out_.size()) {
        const auto size = ::send(fd_.get(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
        if (size < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN && errno != EWOULDBLOCK) return close_soon();
            if (!std::exchange(backlog_, true)) {
                stuck_ = now();
                drained_ = kernel_queue();
            }
            break;
        }
        sent_ += static_cast<std::size_t>(size);
        core_->sink().traffic.sent += static_cast<std::uint64_t>(size);
        if (backlog_) drained_ += static_cast<std::size_t>(size);
    }
    if (sent_ == out_.size()) {
        if (sent_ > 0) progress_ = core_->recent();
        sent_ = 0;
        core_->give_back(out_);
        backlog_ = false;
        tell_drained();
        after_flush();
    } else if (sent_ > most_unsent) {
        out_.erase(0, sent_);
        sent_ = 0;
    }
    watch();
}

void Connection::after_flush() {
    if (!rest_.empty() && replies_.size() < most_replies) resume_rest();
    if (lingering_ || !replies_.empty() || !rest_.empty()) return;
    const bool finished = last_read_ || end_of_file_ || (core_->stopping() && !parser_.begun());
    if (!finished) return;
    if (unread_ && !end_of_file_) return linger();
    close(false);
}

void Connection::linger() {
    lingering_ = true;
    progress_ = now();
    ::shutdown(fd_.get(), SHUT_WR);
}

void Connection::resume_rest() {
    core_->loop().defer([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self || self->closed_ || self->rest_.empty() || self->replies_.size() >= most_replies) return;
        const auto core = self->core_->shared_from_this();
        const auto rest = std::exchange(self->rest_, {});
        self->process(rest);
    });
}

void Connection::tell_drained() {
    if (replies_.empty() || !replies_.front()->drained_call || replies_.front()->drain_told) return;
    const auto reply = replies_.front();
    reply->drain_told = true;
    core_->loop().defer([reply] {
        reply->drain_told = false;
        if (!reply->connection || !reply->drained_call || reply->connection->unsent(*reply) != 0) return;
        const auto call = reply->drained_call; // it may replace itself
        call();
    });
}

void Connection::on_end_of_file() {
    end_of_file_ = true;
    if (lingering_ || (replies_.empty() && out_.empty())) return close(false);
    // Half closed or gone? A unix socket tells; TCP only when we send. A stream without a reader is over in any case.
    pollfd state{fd_.get(), 0, 0};
    const bool hung_up = ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
    const bool stream = !replies_.empty() && replies_.front()->state == Reply::State::streaming;
    if (hung_up || stream) close(false);
}

void Connection::check_time(Instant at) {
    if (closed_) return;
    const auto self = shared_from_this();
    const auto idle = core_->limits().idle_time;
    const bool queued = sent_ < out_.size();
    if (lingering_) {
        if (at - progress_ > linger_time) close(false);
        return;
    }
    if (queued) { // a stream may wait for its reader as long as the reader lives
        const bool stream = !replies_.empty() && replies_.front()->state == Reply::State::streaming;
        if (!stream && too_slow(at)) close(false);
        return;
    }
    if (!replies_.empty()) return; // the handler has its time
    if (parser_.in_body()) {
        if (at - progress_ > idle || at - begun_ > core_->limits().header_time + core_->limits().body_time)
            refuse(408, "the body did not come in time"), flush();
    } else if (parser_.begun()) {
        if (at - begun_ > core_->limits().header_time) refuse(408, "the head did not come in time"), flush();
    } else if (at - progress_ > (first_ ? core_->limits().header_time : idle)) {
        close(false);
    }
}

/// A reader of an answer has to take 1 KiB a second of it in each stretch of the idle time.
bool Connection::too_slow(Instant at) {
    constexpr double slowest = 1024;
    const auto idle = core_->limits().idle_time;
    if (!backlog_ || at - stuck_ <= idle) return false;
    const std::chrono::duration<double> waited = at - stuck_;
    const auto queued = kernel_queue();
    const auto taken = drained_ > queued ? drained_ - queued : 0;
    if (taken == 0 || static_cast<double>(taken) < slowest * waited.count()) return true;
    stuck_ = at;
    drained_ = queued;
    return false;
}

/// Bytes that the kernel has taken and the client has not acknowledged.
std::size_t Connection::kernel_queue() const {
    int bytes = 0;
    return ::ioctl(fd_.get(), SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

void Connection::finish_up() {
    const auto self = shared_from_this();
    if (!closed_ && sent_ == out_.size()) after_flush();
}

void Connection::close_soon() {
    // Not here: this may be a call of the handler's.
    broken_ = true;
    core_->loop().defer([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->close(false);
    });
}

void Connection::close(bool silently) {
    if (std::exchange(closed_, true)) return;
    const auto self = shared_from_this();
    poll_.reset();
    fd_.reset();
    const auto replies = std::exchange(replies_, {});
    for (const auto& reply : replies) {
        if (silently) reply->loop = nullptr;
        lose_client(reply);
    }
    if (!silently) core_->forget(*this);
}

} // namespace layer_cake::net
