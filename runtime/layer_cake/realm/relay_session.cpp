#include <cerrno>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/core/thread_buffer.hpp>
#include <layer_cake/realm/relay_session.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace layer_cake::realm {
namespace {

using Kind = RelayMessage::Kind;

/// Read from a connection. What is copied on its way stays in the processor's caches; and malloc() maps no pages for
/// it.
constexpr std::size_t most_at_once = (64u << 10) - relay_head - RelayCipher::overhead;
constexpr int most_silent_ticks = 4;
constexpr Duration retry_delay = std::chrono::milliseconds(10);

void send_at_once(int fd) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

} // namespace

RelaySession::RelaySession(Loop& loop, RelayPeer peer) : loop_(loop), peer_(std::move(peer)), retry_(loop) {
    if (!peer_.key.empty()) keys_ = std::make_unique<RelayKeys>();
}

RelaySession::~RelaySession() {
    *alive_ = false;
}

void RelaySession::open(Fd connection, const std::function<std::string(std::uint64_t, const type::Block&)>& complete) {
    fd_ = std::move(connection);
    send_at_once(fd_.get());
    poll_.emplace(loop_, fd_.get());
    if (keys_ && !cipher_.begin(*keys_, peer_.key, true, peer_.session)) return fail("the far gateway's key is none");
    auto message = relay_text(Kind::open, flow_.next_number());
    message += complete(flow_.granted(), keys_ ? keys_->open_half() : type::Block{});
    outbox_.push_back(std::move(message));
    send_outbox();
}

void RelaySession::accept(Fd connection, const RelayOpen& asked, const RelayKeys* own) {
    fd_ = std::move(connection);
    send_at_once(fd_.get());
    poll_.emplace(loop_, fd_.get());
    (void)flow_.arrived(0);
    if (keys_ && (!own || !cipher_.begin(*own, asked.key, false, peer_.session)))
        return fail("the far end's key is none");
    sealed_ = keys_ != nullptr;
    const auto told = codec::to_binary(RelayOpened{flow_.granted(), keys_ ? keys_->open_half() : type::Block{}});
    post(Kind::opened, told.value());
    if (keys_ && !cipher_.go_on(*keys_, asked.key, false)) return fail("the far end's key is none");
    begin_to_cross(asked.takes);
}

// From the far end.

void RelaySession::received(std::span<char> bytes) {
    if (state_ == State::over) return;
    const auto message = parse_relay({bytes.data(), bytes.size()});
    if (!message) return fail("the far end breaks the rules");
    // The opener's keys are complete only with the answer; the answer itself is sealed with the first half of them.
    const bool is_sealed = sealed_ || (keys_ && message->kind == Kind::opened);
    auto body = message->body;
    if (is_sealed) {
        const auto opened = cipher_.open(message->kind, message->number, bytes.subspan(relay_head));
        if (!opened) return; // somebody else's, who cannot end it
        body = *opened;
    }
    switch (flow_.arrived(message->number)) {
    case RelayFlow::Arrival::again:
        return;
    case RelayFlow::Arrival::gap:
        return fail("a message was lost on the way");
    case RelayFlow::Arrival::next:
        break;
    }
    silent_ticks_ = 0;
    take(*message, body);
}

void RelaySession::take(const RelayMessage& message, std::string_view body) {
    if (state_ == State::waiting && message.kind != Kind::opened && message.kind != Kind::close)
        return fail("the far end breaks the rules");
    switch (message.kind) {
    case Kind::opened: {
        const auto told = codec::from_binary<RelayOpened>(body);
        if (state_ != State::waiting || !told) return fail("the far end breaks the rules");
        if (keys_ && !cipher_.go_on(*keys_, told->key, true)) return fail("the far end's key is none");
        sealed_ = keys_ != nullptr;
        return begin_to_cross(told->takes);
    }
    case Kind::data:
        if (far_ended_ || !flow_.received(body.size())) return fail("the far end breaks the rules");
        if (out_.empty()) body.remove_prefix(write_now(body));
        out_.append(body);
        return write();
    case Kind::takes:
        if (const auto takes = parse_number(body)) flow_.far_end_takes(*takes);
        return read();
    case Kind::end:
        far_ended_ = true;
        return write();
    case Kind::close:
        return finish(std::string(body.substr(0, 200)));
    case Kind::alive:
        return;
    case Kind::open:
        return fail("the far end breaks the rules");
    }
}

void RelaySession::begin_to_cross(std::uint64_t takes) {
    if (state_ != State::waiting) return;
    state_ = State::open;
    flow_.far_end_takes(takes);
    watch();
}

void RelaySession::tick(bool can_hear) {
    if (state_ == State::over || !can_hear) return;
    if (++silent_ticks_ > most_silent_ticks) return fail("the far gateway is silent");
    if (!std::exchange(spoke_, false) && state_ == State::open && outbox_.empty()) post(Kind::alive, {});
}

void RelaySession::close(const std::string& why) {
    fail(why);
}

// To the far end.

void RelaySession::post(Kind kind, std::string_view body) {
    auto message = relay_text(kind, flow_.next_number());
    if (sealed_)
        cipher_.seal(message, body);
    else
        message.append(body);
    outbox_.push_back(std::move(message));
    send_outbox();
}

void RelaySession::send_outbox() {
    while (!outbox_.empty()) {
        const auto sent = peer_.send(outbox_.front());
        if (!sent && sent.error().fault == Fault::busy) {
            watch();
            retry_.start(retry_delay, [this] { can_send(); });
            return;
        }
        if (!sent) return finish(sent.error().detail);
        spoke_ = true;
        outbox_.pop_front();
    }
}

void RelaySession::can_send() {
    if (state_ == State::over) return;
    retry_.cancel();
    send_outbox();
    look_whether_over();
    read();
}

void RelaySession::way_lost() {
    if (far_ended_ && in_ended_ && outbox_.empty()) return;
    fail("the connection of the gateways broke");
}

// The connection.

bool RelaySession::reads() const {
    return state_ == State::open && !in_ended_ && outbox_.empty() && flow_.room() > 0;
}

std::size_t RelaySession::chunk() const {
    const auto most = peer_.longest - relay_head - RelayCipher::overhead;
    return std::min({most_at_once, most, flow_.room()});
}

void RelaySession::watch() {
    if (!fd_ || state_ == State::over) return;
    const int wanted = (reads() ? Poll::readable : 0) | (written_ < out_.size() ? Poll::writable : 0);
    if (wanted == watched_) return;
    watched_ = wanted;
    if (wanted)
        poll_->start(wanted, [this](int events) { on_ready(events); });
    else
        poll_->cancel();
}

void RelaySession::on_ready(int events) {
    if (events & Poll::writable) write();
    if (events & Poll::readable) read();
}

void RelaySession::read() {
    char* const into = thread_buffer<RelaySession, most_at_once>().data();
    for (int turn = 0; turn < 8 && reads(); ++turn) {
        ssize_t size = -1;
        const auto room = chunk();
        do
            size = ::recv(fd_.get(), into, room, 0);
        while (size < 0 && errno == EINTR);
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        if (size < 0) return fail("the connection broke");
        if (size == 0) {
            in_ended_ = true;
            post(Kind::end, {});
            return look_whether_over();
        }
        flow_.sent(static_cast<std::size_t>(size));
        post(Kind::data, {into, static_cast<std::size_t>(size)});
        if (static_cast<std::size_t>(size) < room) break;
    }
    watch();
}

/// @return how much the connection took
std::size_t RelaySession::write_now(std::string_view bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && fd_) {
        const auto size = ::send(fd_.get(), bytes.data() + taken, bytes.size() - taken, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno != EAGAIN && errno != EWOULDBLOCK) fail("the connection broke");
        if (size < 0) break;
        taken += static_cast<std::size_t>(size);
    }
    flow_.passed_on(taken);
    return taken;
}

void RelaySession::write() {
    written_ += write_now(std::string_view(out_).substr(written_));
    if (state_ == State::over) return;
    if (written_ == out_.size()) {
        out_.clear();
        written_ = 0;
    } else if (written_ > window / 2) {
        out_.erase(0, std::exchange(written_, 0));
    }
    if (const auto grant = flow_.grant(); grant && !far_ended_) post(Kind::takes, number_bytes(*grant));
    look_whether_over();
}

void RelaySession::look_whether_over() {
    if (state_ != State::open) return;
    if (far_ended_ && out_.empty() && !std::exchange(finished_, true)) ::shutdown(fd_.get(), SHUT_WR);
    if (in_ended_ && finished_ && outbox_.empty()) return finish({});
    watch();
}

/// The far end is told.
void RelaySession::fail(const std::string& why) {
    if (state_ == State::over) return;
    auto message = relay_text(Kind::close, flow_.next_number());
    if (sealed_)
        cipher_.seal(message, why);
    else if (!keys_)
        message += why;
    else
        message.clear(); // it could not be told from anybody else's
    if (!message.empty()) (void)peer_.send(message);
    finish(why);
}

void RelaySession::finish(const std::string& why) {
    if (std::exchange(state_, State::over) == State::over) return;
    retry_.cancel();
    poll_.reset();
    fd_.reset();
    loop_.defer([alive = alive_, over = peer_.over, why] {
        if (*alive && over) over(why);
    });
}

} // namespace layer_cake::realm
