#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/net/http_routes.hpp>
#include <layer_cake/net/request_view.hpp>
#include <layer_cake/type/any.hpp>
#include <string>
#include <string_view>

/// From a request to a message: pure.
namespace layer_cake::net {

/// What a request has become.
struct Mapped {
    type::Any message;       ///< or none:
    int status = 0;          ///< of the answer then
    std::string explanation; ///< what was wrong, naming the field
    std::string allow;       ///< the methods that the path has, for 405
};

/// The members of the message are filled from the path, then the query, then the body; of what is given twice the
/// later counts. A body is JSON - `{"value":{...}}` or the message's own object - or a form.
Mapped map_request(const RouteTable& routes, const RequestView& request);

/// The bytes that a part of a target stands for: `%41` is `A`. In a field - `plus` is set - `+` is a blank. Fails for
/// what is no such triple, for bytes that are not UTF-8, and in a path for a zero byte.
Result<void> decode_part(std::string_view part, bool plus, std::string& out);

/// Fills a message's members from `x=2&y=2`. Fails naming the field: `no conversion for "x" (expected integer4, found
/// "a")`.
Result<void> read_fields(std::string_view fields, const type::Info& message, void* value);

/// The text before the parameters of a media type.
std::string_view media_type(std::string_view value);

} // namespace layer_cake::net
