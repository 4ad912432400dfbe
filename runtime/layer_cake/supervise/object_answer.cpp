#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/net/frame.hpp>
#include <layer_cake/net/http_reply.hpp>
#include <layer_cake/supervise/endpoint_answer.hpp>
#include <layer_cake/supervise/object_answer.hpp>

namespace layer_cake::supervise {
namespace {

constexpr std::string_view before_name = "{\"value\":[\"";

/// The status of a fault of the program's own; nothing for other messages.
std::optional<int> own_fault(std::string_view body) {
    constexpr std::string_view names[] = {"condition", "explanation", "error_code", "exit_status"};
    for (const auto name : names) // a large answer is passed on without being read
        if (body.find(name) == std::string_view::npos) return std::nullopt;
    const auto parsed = codec::parse_json(body);
    const auto* value = parsed ? parsed->find("value") : nullptr;
    if (!value || !value->array() || value->array()->size() < 2) return std::nullopt;
    const auto& message = (*value->array())[1];
    for (const auto name : names)
        if (!message.find(name)) return std::nullopt;
    const auto code = message.find("error_code")->integer();
    return code && *code >= 200 && *code <= 599 ? static_cast<int>(*code) : 500;
}

bool is_of_the_server(std::string_view name) {
    for (const std::string_view own : {"Content-Length", "Transfer-Encoding", "Connection", "Date"})
        if (net::same_word(name, own)) return true;
    return false;
}

std::string one_line(std::string text) {
    for (auto& c : text)
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) c = ' ';
    return text;
}

/// A message of the library's own.
net::HttpResponse rendered(std::string_view body) {
    type::Any value;
    codec::JsonReading how;
    how.not_finite = true;
    how.limits = {.bytes = net::FrameSizes::most, .memory = 32u << 20, .depth = 64, .pointers = 100'000};
    if (auto read = codec::read_json(body, type::info_of<type::Any>(), &value, how); !read || !value)
        return endpoint_refusal(502, "failed", "the worker's answer is not what its type says");
    codec::TextBuffer scratch;
    const auto answer = net::render(value, net::HttpForm::typed, scratch);
    net::HttpResponse response;
    response.status = answer.status;
    if (!answer.content_type.empty()) response.headers.emplace_back("Content-Type", answer.content_type);
    if (answer.retry_after) response.headers.emplace_back("Retry-After", std::to_string(answer.retry_after));
    if (answer.headers)
        for (const auto& [name, text] : *answer.headers)
            if (net::is_token(name) && !is_of_the_server(name)) response.headers.emplace_back(name, one_line(text));
    response.body = answer.body;
    return response;
}

} // namespace

net::HttpResponse answer_of_object(std::string_view body, bool tunnel) {
    if (tunnel) return {200, {{"Content-Type", "application/octet-stream"}}, std::string(body)};
    if (body.starts_with("{\"value\":[\"layer_cake.")) return rendered(body);
    net::HttpResponse response{200, {{"Content-Type", "application/json"}}, std::string(body)};
    if (body.starts_with(before_name)) {
        response.status = own_fault(body).value_or(200);
    } else if (!codec::is_json(body)) {
        return endpoint_refusal(502, "failed", "the worker's answer is not JSON");
    }
    return response;
}

} // namespace layer_cake::supervise
