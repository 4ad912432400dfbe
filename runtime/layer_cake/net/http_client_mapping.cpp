#include <fmt/format.h>
#include <iterator>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/net/http_client_mapping.hpp>
#include <layer_cake/net/http_mapping.hpp>

namespace layer_cake::net {
namespace {

using type::Info;
using type::Kind;

/// The text of a member as it is written in a form; nothing for null.
Result<std::optional<std::string>> field_text(const Info& info, const void* value) {
    if (info.kind == Kind::optional) {
        const void* held = info.optional->get(value);
        if (!held) return std::optional<std::string>();
        return field_text(*info.element, held);
    }
    codec::TextBuffer json;
    codec::JsonWriting how;
    if (info.kind != Kind::pointer) how.wrap = codec::Wrap::none;
    if (auto written = codec::write_json(json, info, value, how); !written) return fail(std::move(written).error());
    if (json.view() == "null") return std::optional<std::string>();
    if (!json.view().starts_with('"')) return std::optional<std::string>(json.str());
    auto text = codec::parse_json(json.view());
    if (!text) return fail(std::move(text).error());
    return std::optional<std::string>(*text->string());
}

Result<std::string> form_of_message(const Info& info, const void* message) {
    std::string form;
    for (const auto& member : info.members()) {
        auto text = field_text(*member.info, member.in(message));
        if (!text) return fail(std::move(text).error());
        if (!*text) continue;
        if (!form.empty()) form += '&';
        append_form_text(form, member.name);
        form += '=';
        append_form_text(form, **text);
    }
    return form;
}

std::string behind(std::string_view prefix, std::string_view target) {
    std::string out(prefix.empty() ? "/" : prefix);
    if (out.ends_with('/') && target.starts_with('/')) target.remove_prefix(1);
    return out.append(target);
}

} // namespace

void append_form_text(std::string& out, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.' || c == '~';
        if (plain)
            out += c;
        else if (c == ' ')
            out += '+';
        else
            fmt::format_to(std::back_inserter(out), "%{:02X}", byte);
    }
}

Result<HttpRequest> request_of(const type::Any& message, const HttpClient& client) {
    HttpRequest request;
    request.headers.emplace_back("User-Agent", "layer-cake");
    if (const auto* given = message.get<RequestMessage>()) {
        request.method = given->method;
        if (!is_token(request.method)) return fail(Fault::invalid, "a method that is no word");
        request.target = behind(client.prefix, given->request_uri);
        for (const auto& [name, value] : given->header)
            request.headers.emplace_back(name, value);
        request.body = body_text(given->body);
        return request;
    }
    const auto* info = message.info();
    if (!info || info->kind != Kind::message)
        return fail(Fault::invalid, fmt::format("{} is no message", message.signature()));
    request.method = "POST";
    request.target = behind(client.prefix, bare_name(*info));
    if (client.json) {
        codec::TextBuffer body;
        if (auto written = codec::write_json(body, *info, message.value()); !written)
            return fail(std::move(written).error());
        request.body = body.str();
        request.headers.emplace_back("Accept", "application/json;form=typed");
    } else {
        auto form = form_of_message(*info, message.value());
        if (!form) return fail(std::move(form).error());
        request.body = std::move(*form);
    }
    request.headers.emplace_back("Content-Type",
                                 client.json ? "application/json" : "application/x-www-form-urlencoded");
    return request;
}

type::Any message_of(HttpResponse response, const HttpClient& client) {
    const auto* content = find_header(response.headers, "Content-Type");
    if (client.json && content && same_word(media_type(*content), "application/json")) {
        type::Any value;
        if (codec::read_json(response.body, type::info_of<type::Any>(), &value) && value) return value;
    }
    auto any = type::Any::make<ResponseMessage>();
    auto& message = *any.get<ResponseMessage>();
    message.status_code = response.status;
    message.reason_phrase = status_phrase(response.status);
    for (auto& [name, value] : response.headers) {
        auto& joined = message.header[usual_name(name)];
        if (!joined.empty()) joined += ", ";
        joined += value;
    }
    message.body = text_body(response.body);
    return any;
}

} // namespace layer_cake::net
