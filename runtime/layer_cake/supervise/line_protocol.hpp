#pragma once

#include <layer_cake/net/http.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

/// How requests become lines for workers that speak json_lines, and their lines answers. Pure.
namespace layer_cake::supervise {

/// The line for a request, with its newline: a JSON value in its shortest form.
///
///     GET /t?x=8&y=8&name=a     {"x":8,"y":8,"name":"a"}
///     GET /t                    {}
///     POST, a JSON body         the same value
///     POST, a form              as a query
///     an object and a query     the members of both
///
/// In a query or a form, what is written like a number, `true` or `false` is one; all else is text; a name that comes
/// again makes a list of its values.
/// What cannot become one is refused: 400, naming the field, or 415 for a body of another type.
tl::expected<std::string, net::HttpResponse> line_of(const net::HttpRequest& request);

/// What a worker's line (without its newline) is as an answer: itself, with status 200; the text of an object whose
/// first member is `error` has the status in its member `status`, from 400 to 599, or 500. 502 for what is no JSON.
net::HttpResponse answer_of(std::string_view line);

} // namespace layer_cake::supervise
