#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/net/http_text.hpp>
#include <layer_cake/supervise/endpoint_answer.hpp>
#include <layer_cake/supervise/request_fields.hpp>

namespace layer_cake::supervise {
namespace {

enum class Body { none, json, form, other };

Body kind_of(const net::HttpRequest& request) {
    if (request.body.empty()) return Body::none;
    const auto* header = request.header("Content-Type");
    if (!header) return Body::json;
    std::string_view type = std::string_view(*header).substr(0, header->find(';'));
    while (type.ends_with(' '))
        type.remove_suffix(1);
    if (net::same_word(type, "application/x-www-form-urlencoded")) return Body::form;
    const bool json = net::same_word(type, "application/json") ||
                      (type.size() > 5 && net::same_word(type.substr(type.size() - 5), "+json"));
    return json ? Body::json : Body::other;
}

} // namespace

tl::expected<RequestFields, net::HttpResponse> fields_of(const net::HttpRequest& request) {
    const auto refused = [](int status, const std::string& detail) {
        return tl::unexpected(endpoint_refusal(status, "invalid", detail));
    };
    const auto body = kind_of(request);
    if (body == Body::other)
        return refused(415, fmt::format("a body is JSON (application/json) or a form, not \"{}\"",
                                        terminal_safe(*request.header("Content-Type"))));
    RequestFields all{request.query(), {}};
    if (body == Body::json) all.json = request.body;
    if (body == Body::form) {
        net::HttpRequest form;
        form.target = "/?" + request.body;
        for (auto& field : form.query())
            all.fields.push_back(std::move(field));
    }
    if (all.fields.size() > RequestFields::most)
        return refused(400, fmt::format("more than {} fields", RequestFields::most));
    return all;
}

} // namespace layer_cake::supervise
