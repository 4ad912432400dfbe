#pragma once

#include <layer_cake/net/http.hpp>
#include <layer_cake/net/http_client.hpp>
#include <layer_cake/type/any.hpp>

/// From a message to a request, and from its answer to a message: pure.
namespace layer_cake::net {

/// An HttpRequest as it is, behind the prefix; any other message as `POST <prefix><Name>` with a form or JSON.
/// Fails with `invalid` for a value that is no message, and for one that cannot be written.
Result<HttpRequest> request_of(const type::Any& message, const HttpClient& client);

/// The message that an answer holds, or HttpResponse where it holds none.
type::Any message_of(HttpResponse response, const HttpClient& client);

/// Appends a form's field: letters and digits as they are, blanks as `+`, other bytes as `%41`.
void append_form_text(std::string& out, std::string_view text);

} // namespace layer_cake::net
