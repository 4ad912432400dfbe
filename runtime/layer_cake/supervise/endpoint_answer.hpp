#pragma once

#include <layer_cake/core/clock.hpp>
#include <layer_cake/net/http.hpp>
#include <string>
#include <string_view>

namespace layer_cake::supervise {

/// An answer that the group's endpoint gives itself: {"error": {"fault": "busy", "detail": "..."}}.
net::HttpResponse endpoint_refusal(int status, std::string_view fault, std::string_view detail);

/// The same with `Retry-After`, in whole seconds and at least one.
net::HttpResponse endpoint_refusal(int status, std::string_view fault, std::string_view detail, Duration retry_after);

} // namespace layer_cake::supervise
