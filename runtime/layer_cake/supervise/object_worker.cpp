#include <cerrno>
#include <fcntl.h>
#include <layer_cake/core/thread_buffer.hpp>
#include <layer_cake/net/frame_header.hpp>
#include <layer_cake/supervise/endpoint_answer.hpp>
#include <layer_cake/supervise/object_answer.hpp>
#include <layer_cake/supervise/object_worker.hpp>
#include <sys/socket.h>

namespace layer_cake::supervise {
namespace {

/// Its last answers come before its value is kept and the process ends.
constexpr auto time_to_end = std::chrono::seconds(5);

/// The number of what would be our proxy in an object runtime: it is part of every destination.
constexpr std::int64_t our_proxy = 1;

} // namespace

Result<void> make_object_socket(Fd& ours, Fd& theirs) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(system_error("cannot make a socket", errno));
    ours.reset(ends[0]);
    theirs.reset(ends[1]);
    ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
    return ok();
}

ObjectWorker::ObjectWorker(Loop& loop, Fd socket, ObjectMessages messages, Events events)
    : socket_(std::move(socket)),
      messages_(std::move(messages)),
      events_(std::move(events)),
      poll_(loop, socket_.get()),
      grace_(loop),
      alive_(std::make_shared<bool>(true)) {
    poll_.start(Poll::readable, [this](int) { read_some(); });
}

ObjectWorker::~ObjectWorker() {
    *alive_ = false;
}

void ObjectWorker::take(std::shared_ptr<PoolJob> job) {
    if (closed_) {
        job->send(endpoint_refusal(503, "temporarily_unavailable", "the worker is ending", std::chrono::seconds(1)));
        return events_.failed(job->id);
    }
    const auto body = messages_.body_of(job->request);
    if (!body) return refuse(job, body.error());
    if (!put(job->id, *body)) return refuse(job, endpoint_refusal(413, "invalid", "the message is larger than 1 MiB"));
    jobs_.emplace(job->id, std::move(job));
    if (!waiting_) write_some();
}

void ObjectWorker::refuse(const std::shared_ptr<PoolJob>& job, net::HttpResponse response) {
    job->send(std::move(response));
    events_.refused(job->id);
}

bool ObjectWorker::put(std::uint64_t id, std::string_view body) {
    net::FrameBuilder frame(out_);
    frame.begin();
    net::FrameHeader header;
    header.to = {our_proxy};
    header.from = {static_cast<std::int64_t>(id)};
    net::write_header(out_, header);
    frame.end_header();
    out_.put(body);
    frame.end_body();
    net::begin_book(out_);
    net::end_book(out_);
    return frame.end();
}

void ObjectWorker::write_some() {
    waiting_ = false;
    while (!closed_ && sent_ < out_.size()) {
        const auto got = ::send(socket_.get(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
        if (got > 0) {
            sent_ += static_cast<std::size_t>(got);
            continue;
        }
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) waiting_ = true;
        break; // an answer may be there although it takes no more; reading tells
    }
    if (sent_ == out_.size()) {
        out_.clear();
        sent_ = 0;
    }
    if (closed_) return;
    poll_.start(Poll::readable | (waiting_ ? int{Poll::writable} : 0), [this](int events) {
        if (events & Poll::writable) write_some(); // calls nobody back
        if (events & Poll::readable) read_some();
    });
}

void ObjectWorker::read_some() {
    const auto buffer = thread_buffer<ObjectWorker>();
    const auto alive = alive_;
    for (int turn = 0; turn < 16; ++turn) { // then others have their turn
        const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return closed();
        in_.append(buffer.data(), static_cast<std::size_t>(got));
        if (!take_frames() || !*alive || closed_) return;
        if (static_cast<std::size_t>(got) < buffer.size()) return;
    }
}

/// False when this may be gone, or is of no use any more.
bool ObjectWorker::take_frames() {
    const auto alive = alive_;
    std::size_t used = 0;
    auto in = std::exchange(in_, {});
    for (;;) {
        net::FrameSizes sizes;
        const char* problem = nullptr;
        const auto rest = std::string_view(in).substr(used);
        const auto cut = net::read_sizes(rest, sizes, problem);
        if (cut == net::Cut::broken) return break_off(std::string("it sent ") + problem), false;
        if (cut == net::Cut::more) {
            in_ = used == 0 ? std::move(in) : std::string(rest);
            return true;
        }
        if (!take_frame(rest, sizes) || !*alive) return false;
        used += sizes.frame();
    }
}

bool ObjectWorker::take_frame(std::string_view bytes, const net::FrameSizes& sizes) {
    net::Frame frame;
    net::FrameHeader header;
    if (!net::ends_well(bytes, sizes) || !net::cut_content(bytes.substr(sizes.line, sizes.total), sizes, frame) ||
        !net::read_header(frame.header, header))
        return break_off("it sent what is no frame"), false;
    if (header.to.size() != 2) return true; // to nobody in particular, or to somebody who never was
    const auto found = jobs_.find(static_cast<std::uint64_t>(header.to[0]));
    if (found == jobs_.end()) return true;
    const auto job = std::move(found->second);
    jobs_.erase(found);
    if (!job->answered()) job->send(answer_of_object(frame.body, header.tunnel));
    events_.done(job->id);
    return true;
}

void ObjectWorker::closed() {
    if (std::exchange(closed_, true)) return;
    poll_.cancel();
    grace_.start(time_to_end, [this] { events_.broken("it closed the socket of its pool"); });
}

void ObjectWorker::break_off(std::string why) {
    closed_ = true;
    poll_.cancel();
    events_.broken(std::move(why));
}

} // namespace layer_cake::supervise
