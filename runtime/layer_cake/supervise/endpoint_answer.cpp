#include <algorithm>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/supervise/endpoint_answer.hpp>

namespace layer_cake::supervise {

net::HttpResponse endpoint_refusal(int status, std::string_view fault, std::string_view detail) {
    using codec::Object;
    const codec::Value body = Object{{"error", Object{{"fault", fault}, {"detail", detail}}}};
    return {status, {{"Content-Type", "application/json"}}, codec::write_json(body) + "\n"};
}

net::HttpResponse endpoint_refusal(int status, std::string_view fault, std::string_view detail, Duration retry_after) {
    auto response = endpoint_refusal(status, fault, detail);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(retry_after).count();
    response.headers.emplace_back("Retry-After", std::to_string(std::clamp<std::int64_t>(seconds, 1, 3600)));
    return response;
}

} // namespace layer_cake::supervise
