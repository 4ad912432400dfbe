#pragma once

#include <layer_cake/codec/text_buffer.hpp>
#include <layer_cake/net/http_mapping.hpp>
#include <layer_cake/net/http_text.hpp>
#include <string>
#include <string_view>

/// From a message to an answer: pure.
namespace layer_cake::net {

/// An answer before it is written out.
struct Rendered {
    int status = 200;
    std::string_view phrase{};                                   ///< empty: the usual one
    std::string_view content_type{};                             ///< empty: none of ours
    std::string_view allow{};                                    ///< of 405
    unsigned retry_after = 0;                                    ///< seconds, of 503; 0: not said
    const std::map<std::string, std::string>* headers = nullptr; ///< of an HttpResponse
    std::string_view body{};
};

/// What an object sent for a request. The result views `value` and `scratch`.
///
///     sent                                      status
///     HttpResponse                              its own
///     a fault with an error_code of 200 to 599  that
///     Busy, Overloaded, TemporarilyUnavailable  503 with Retry-After: the seconds that the fault says, or 1
///     OutOfService                              503
///     TimedOut                                  504
///     any other fault                           500
///     anything else                             200
Rendered render(const type::Any& value, HttpForm form, codec::TextBuffer& scratch);

/// The same for a request that no object has seen; `target` is named in it.
Rendered render_refusal(const Mapped& refusal, std::string_view target, HttpForm form, codec::TextBuffer& scratch);

/// How the answers to a request are to be written: as its Accept asks, else `usual`.
HttpForm form_of(const RequestView& request, HttpForm usual);

/// What is said of every answer.
struct ReplyHead {
    std::string_view date;
    bool keep_alive = true;
    bool old_client = false;
    bool to_head = false; ///< the body is left out
    bool python_client = false;
};

/// Appends the answer.
void append_rendered(std::string& out, const Rendered& answer, const ReplyHead& head);

} // namespace layer_cake::net
