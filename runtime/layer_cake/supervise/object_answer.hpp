#pragma once

#include <layer_cake/net/http.hpp>
#include <string_view>

namespace layer_cake::supervise {

/// What the body of an object program's frame, `{"value":["table.Row",{...},[]]}`, is as an answer: itself, as JSON.
/// The library's own messages answer as with lc::http<...> (http_reply.hpp): faults with their status, an HttpResponse
/// as what it says. A program's own fault is one by its members: its error_code, or 500, is the status. 502 for what is
/// no such body. Pure.
/// @param tunnel  the frame's header says that the body is bytes, sent as they are
net::HttpResponse answer_of_object(std::string_view body, bool tunnel);

} // namespace layer_cake::supervise
