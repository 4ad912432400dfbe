#include <algorithm>
#include <cli/wait_for.hpp>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/time_text.hpp>

namespace layer_cake::cli {

Duration Deadline::left() const {
    if (timeout_ == Duration::zero()) return timeout_;
    return std::max<Duration>(timeout_ - (SystemClock().now() - begun_), Duration(1));
}

Duration Deadline::for_answer() const {
    return timeout_ == Duration::zero() ? answer_patience : std::min(left(), answer_patience);
}

ControlRequest::ControlRequest(Loop& loop, const net::Endpoint& endpoint, std::string_view target,
                               const codec::Value& body, std::function<void(Result<codec::Value>)> answered)
    : answered_(std::move(answered)) {
    net::HttpRequest request;
    request.method = "POST";
    request.target = std::string(target);
    request.headers = {{"Content-Type", "application/json"}};
    request.body = codec::write_json(body);
    net::HttpExchange::Events events;
    events.headed = [this](int status, const net::Headers&) { status_ = status; };
    events.received = [this](std::string_view part) { body_.append(part); };
    events.done = [this](Result<void> how) {
        auto answered = std::move(answered_);
        if (!how) return answered(fail(std::move(how).error()));
        if (status_ / 100 != 2) return answered(fail(supervise::refusal({status_, {}, body_})));
        answered(body_.empty() ? Result<codec::Value>(codec::Value()) : codec::parse_json(body_));
    };
    exchange_ = net::HttpExchange::start(loop, endpoint, std::move(request), Duration::zero(), std::move(events));
}

Result<Followed> follow_group(const net::Endpoint& endpoint, const Following& following, GroupView* latest) {
    Loop loop;
    Followed followed;
    std::optional<Error> failure;
    std::unique_ptr<ControlRequest> request;
    bool answered = following.target.empty();

    auto give_up = [&](Error error) {
        if (!failure) failure = std::move(error);
        loop.stop();
    };
    auto look = [&] {
        if (answered && followed.view.known() && (!following.done || following.done(followed.view))) loop.stop();
    };
    auto take_answer = [&](Result<codec::Value> answer) {
        if (answer) {
            answered = true;
            if (auto status = supervise::group_status_from_json(*answer)) followed.view.refresh(std::move(*status));
            followed.answer = std::move(*answer);
            look();
        } else if (answer.error().fault == Fault::disconnected) {
            followed.closed = true;
            loop.stop();
        } else {
            give_up(std::move(answer).error());
        }
    };
    Timer silence(loop);
    silence.start(answer_patience, [&] {
        give_up({Fault::timed_out, fmt::format("the group has not answered within {}", format_span(answer_patience))});
    });
    auto take_events = [&](const std::vector<codec::Value>& came) {
        const bool first = !followed.view.known();
        silence.cancel();
        for (const auto& event : came)
            if (auto read = followed.view.apply(event); !read) return give_up(std::move(read).error());
        if (following.changed) following.changed(followed.view);
        if (first && followed.view.known() && !answered)
            request = std::make_unique<ControlRequest>(loop, endpoint, following.target, following.body, take_answer);
        look();
    };
    auto take_end = [&](Result<void> how) {
        if (!followed.view.known())
            return give_up(how ? Error{Fault::not_running, "the group has just ended"} : how.error());
        followed.closed = true;
        loop.stop();
    };

    Timer deadline(loop);
    if (following.timeout > Duration::zero())
        deadline.start(following.timeout, [&] {
            give_up({Fault::timed_out, fmt::format("timed out after {}", format_span(following.timeout))});
        });
    supervise::EventStream events(loop, endpoint, take_events, take_end);
    loop.run();
    if (latest) *latest = followed.view;
    if (failure) return fail(std::move(*failure));
    return followed;
}

} // namespace layer_cake::cli
