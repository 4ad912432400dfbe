#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>
#include <layer_cake/process/program_note.hpp>
#include <layer_cake/supervise/endpoint_answer.hpp>
#include <layer_cake/supervise/object_messages.hpp>
#include <layer_cake/supervise/object_value.hpp>
#include <layer_cake/supervise/request_fields.hpp>

namespace layer_cake::supervise {
namespace {

using codec::Array;
using codec::Object;
using codec::Value;

tl::unexpected<net::HttpResponse> refused(int status, std::string_view detail) {
    return tl::unexpected(endpoint_refusal(status, status == 404 ? "missing" : "invalid", detail));
}

bool utf8(std::string_view text) {
    return valid_utf8_prefix(text) == text.size();
}

/// `{"value":{...}}` around the message's own object, unless it has a member of that name.
void unwrap(const Value& members, Value& body) {
    const auto* object = body.object();
    if (!object || object->size() != 1 || object->front().name != "value" || members.find("value")) return;
    if (!object->front().value.object()) return;
    auto inner = std::move(body.object()->front().value);
    body = std::move(inner);
}

} // namespace

ObjectMessages::ObjectMessages(std::vector<Value> types) : types_(std::move(types)) {
    std::erase_if(types_, [](const Value& type) { return !can_be_sent(type); });
    for (std::size_t i = 0; i < types_.size(); ++i) {
        const auto name = process::type_text(types_[i]);
        by_name_.emplace(name.substr(name.rfind('.') + 1), i);
        by_name_.emplace(name, i);
    }
}

ObjectMessages ObjectMessages::read(const std::filesystem::path& program) {
    auto types = process::read_message_notes(program);
    return types ? ObjectMessages(std::move(*types)) : ObjectMessages();
}

tl::expected<std::string, net::HttpResponse> ObjectMessages::body_of(const net::HttpRequest& request) const {
    const auto path = request.path();
    const auto name = path.substr(path.rfind('/') + 1);
    const auto found = by_name_.find(name);
    if (found == by_name_.end())
        return refused(404, empty() ? "the worker's program names no messages that its objects take"
                                    : fmt::format("no message \"{}\"", terminal_safe(name.substr(0, 80))));
    const auto& type = types_[found->second];
    const auto& members = *type.find("members");
    auto parts = fields_of(request);
    if (!parts) return tl::unexpected(std::move(parts).error());
    Value message = Object{};
    for (auto& [field, text] : parts->fields) {
        const auto* wanted = members.find(field);
        if (!utf8(field) || !utf8(text))
            return refused(400, fmt::format("field \"{}\" is not UTF-8", terminal_safe(field.substr(0, 80))));
        message.set(field, wanted ? field_value(*wanted, std::move(text)) : Value(std::move(text)));
    }
    if (!parts->json.empty()) {
        auto body = codec::parse_json(parts->json);
        if (!body) return refused(400, "the body is not JSON: " + body.error().detail);
        unwrap(members, *body);
        if (!body->object()) return refused(400, fmt::format("the body is not an object, as \"{}\" is", name));
        if (parts->fields.empty())
            message = std::move(*body);
        else if (body->object()->size() > RequestFields::most)
            return refused(400, fmt::format("more than {} fields", RequestFields::most));
        else
            for (auto& member : *body->object())
                message.set(member.name, std::move(member.value));
    }
    ObjectValue conversion(most_messages);
    if (!conversion.convert(type, message, "")) return refused(400, conversion.problem());
    return codec::write_json(Object{{"value", Array{process::type_text(type), std::move(message), Array{}}}});
}

} // namespace layer_cake::supervise
