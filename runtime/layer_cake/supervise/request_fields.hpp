#pragma once

#include <layer_cake/net/http.hpp>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

/// What of a request becomes a worker's message. Pure.
namespace layer_cake::supervise {

/// The names and texts of a query and of a form, decoded, in their order, and a body that is JSON.
struct RequestFields {
    static constexpr std::size_t most = 1000;

    std::vector<std::pair<std::string, std::string>> fields;
    std::string_view json; ///< views the request's body; empty: none
};

/// Refuses a body that is neither JSON nor a form (415) and more fields than that (400).
tl::expected<RequestFields, net::HttpResponse> fields_of(const net::HttpRequest& request);

} // namespace layer_cake::supervise
