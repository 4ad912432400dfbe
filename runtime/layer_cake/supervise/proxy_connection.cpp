#include <charconv>
#include <fmt/format.h>
#include <layer_cake/net/http_text.hpp>
#include <layer_cake/supervise/endpoint_answer.hpp>
#include <layer_cake/supervise/proxy_connection.hpp>
#include <layer_cake/supervise/proxy_headers.hpp>
#include <limits>

namespace layer_cake::supervise {
namespace {

constexpr net::HttpChannel::Rules all_of_it{.body_bytes = std::numeric_limits<std::size_t>::max()};

std::optional<std::uint64_t> told_length(const net::HttpResponse& response) {
    const auto* text = net::find_header(response.headers, "Content-Length");
    std::uint64_t length = 0;
    if (!text || std::from_chars(text->data(), text->data() + text->size(), length).ec != std::errc()) return {};
    return length;
}

} // namespace

ProxyConnection::ProxyConnection(Loop& loop, const net::ServerPlace& place,
                                 std::function<void(std::uint64_t, bool)> done)
    : place_(place), done_(std::move(done)), channel_(loop, place, all_of_it, *this) {}

void ProxyConnection::close() {
    done_ = nullptr;
    job_.reset();
    channel_.close();
}

bool ProxyConnection::to_head() const {
    return job_->request.method == "HEAD";
}

void ProxyConnection::take(std::shared_ptr<PoolJob> job) {
    job_ = std::move(job);
    begun_ = false;
    channel_.ask(net::request_text(place_.endpoint, request_for_worker(job_->request), true),
                 {.to_head = to_head(), .repeatable = is_idempotent(job_->request.method)});
}

void ProxyConnection::came(net::HttpChannel& channel) {
    const auto self = shared_from_this();
    if (!channel.headed()) return;
    auto& response = channel.response();
    if (job_->answered()) { // too late: read to its end, so that the worker is free
        response.body.clear();
        return;
    }
    if (!begun_) {
        const auto length = told_length(response);
        if (length && *length <= whole_limit) return;
        begin();
    }
    pass_on();
}

void ProxyConnection::begin() {
    const auto& response = channel_.response();
    begun_ = true;
    job_->begin(response.status, without_hop(response.headers));
}

/// A part of the answer.
void ProxyConnection::pass_on() {
    auto& body = channel_.response().body;
    if (body.empty()) return;
    auto* to = job_->open();
    if (to->gone()) { // nobody reads it
        const auto id = job_->id;
        job_->send({});
        job_.reset();
        channel_.close();
        return done_(id, true);
    }
    to->write(std::exchange(body, {}));
    if (to->unsent() <= unsent_limit) return;
    channel_.pause();
    to->on_drained([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->channel_.resume();
    });
}

void ProxyConnection::answered(net::HttpChannel&, Result<void> result) {
    const auto self = shared_from_this();
    result ? finish() : broke(result.error().detail);
}

void ProxyConnection::finish() {
    auto& response = channel_.response();
    const auto length = told_length(response);
    if (!begun_ && to_head() && !length && !job_->answered()) begin();
    const auto job = job_;
    const bool in_parts = begun_;
    if (in_parts) pass_on();
    if (job_ != job) return; // its client has gone
    job_.reset();
    if (in_parts)
        job->end();
    else
        job->send({response.status, without_hop(response.headers), std::move(response.body), length});
    done_(job->id, true);
}

void ProxyConnection::broke(const std::string& how) {
    const auto job = std::exchange(job_, nullptr);
    job->send(endpoint_refusal(502, "disconnected", fmt::format("the worker gave no answer: {}", how)));
    if (done_) done_(job->id, false);
}

} // namespace layer_cake::supervise
