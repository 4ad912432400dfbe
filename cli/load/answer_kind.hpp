#pragma once

#include <array>
#include <layer_cake/core/result.hpp>
#include <string_view>

namespace layer_cake::cli::load {

/// What became of a request that was sent, or should have been.
enum class Kind {
    success,     ///< 2xx, or an expected status, and valid
    busy,        ///< refused: 5xx with Busy in its body
    overloaded,  ///< refused: 5xx with Overloaded
    unavailable, ///< refused: 5xx with TemporarilyUnavailable
    unnamed,     ///< refused: 503 or 429 that names none of these
    expired,     ///< 504, or 5xx with TimedOut: the server gave up
    other_status,
    invalid,     ///< a success by its status whose table is not the one asked for
    timeout,     ///< no answer in time; the connection was closed
    refused,     ///< nothing listens
    unreachable, ///< no connection, for another reason
    reset,       ///< the connection ended before the answer was whole
    garbled,     ///< not HTTP
    not_sent,    ///< was due, and there was no connection for it in time
};
constexpr std::size_t kinds = 14;

struct KindName {
    std::string_view name; ///< in JSON: `not_sent`
    std::string_view text; ///< for people
};
const KindName& name_of(Kind kind);

/// Whether the server has answered: there is a time worth keeping.
constexpr bool is_answer(Kind kind) {
    return kind < Kind::timeout;
}
/// Whether a client may try again: it was refused, or heard nothing.
constexpr bool is_temporary(Kind kind) {
    return kind != Kind::success && kind != Kind::other_status && kind != Kind::invalid && kind != Kind::not_sent;
}

/// The kind of an answer by its status, and for a 5xx by the type that its body names: predecessor's form
/// `{"value": ["layer_cake.point_runtime.Busy", ...` or any other that has the word. Only the first 4 KiB are looked
/// at.
Kind kind_of_status(int status, std::string_view body);
/// The kind of a request without an answer.
Kind kind_of_fault(Fault fault);

} // namespace layer_cake::cli::load
