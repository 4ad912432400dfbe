#pragma once

#include <cli/group_view.hpp>
#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/net/http.hpp>
#include <layer_cake/supervise/control.hpp>
#include <memory>
#include <optional>
#include <string>

/// Waiting on a running group by its events; nothing here polls.
namespace layer_cake::cli {

/// A request to the control socket, answered on a loop.
class ControlRequest {
public:
    /// @param answered  the body of a 2xx answer, or the refusal; called once, from the loop; may destroy the request
    ControlRequest(Loop& loop, const net::Endpoint& endpoint, std::string_view target, const codec::Value& body,
                   std::function<void(Result<codec::Value>)> answered);

private:
    int status_ = 0;
    std::string body_;
    std::function<void(Result<codec::Value>)> answered_;
    std::unique_ptr<net::HttpExchange> exchange_;
};

/// What to do beside listening to the events of a group.
struct Following {
    Duration timeout{}; ///< zero: none
    std::string target; ///< POSTed once the events have begun, so that none is missed; empty: nothing is
    codec::Value body = codec::Object{};
    /// Whether what is waited for has come about. Asked after events once `target` is answered; empty: the answer
    /// is enough.
    std::function<bool(const GroupView&)> done{};
    std::function<void(const GroupView&)> changed{}; ///< after events
};

struct Followed {
    GroupView view;
    codec::Value answer; ///< to `target`
    bool closed = false; ///< the group went away: before the answer, or before `done`
};

/// How long a group may take to say how it is, when a command is not told to be less patient.
inline constexpr Duration answer_patience = std::chrono::seconds(10);

/// Time that is shared by the steps of one command. Zero: none was given.
class Deadline {
public:
    explicit Deadline(Duration timeout = {}) : timeout_(timeout), begun_(SystemClock().now()) {}
    Duration timeout() const { return timeout_; } ///< as it was given
    Duration left() const;                        ///< zero: none was given; else 1 ns at least
    Duration for_answer() const;                  ///< what is left, answer_patience at most

private:
    Duration timeout_;
    Instant begun_;
};

/// Listens until done, or until the group goes away.
/// Fails with `not_running` when nobody listens, `timed_out` (also when it has not said how it is within
/// answer_patience), or with the refusal of `target`.
/// @param latest  when given, holds what was known last, also on failure
Result<Followed> follow_group(const net::Endpoint& endpoint, const Following& following, GroupView* latest = nullptr);

} // namespace layer_cake::cli
