#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/codec/text_value.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>
#include <layer_cake/net/http_mapping.hpp>

namespace layer_cake::net {
namespace {

using type::Info;
using type::Kind;
using type::Member;

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Integers as they are usually written; anything else is for the codec to judge.
template <class T>
bool quick_integer(std::string_view text, void* value) {
    const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
    if (digits.empty() || (digits.front() == '0' && text.size() > 1)) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *static_cast<T*>(value));
    return error == std::errc() && end == text.data() + text.size();
}

bool quick_value(const Info& info, std::string_view text, void* value) {
    switch (info.kind) {
    case Kind::integer4:
        return quick_integer<std::int32_t>(text, value);
    case Kind::integer8:
        return quick_integer<std::int64_t>(text, value);
    case Kind::unsigned4:
        return quick_integer<std::uint32_t>(text, value);
    case Kind::unsigned8:
        return quick_integer<std::uint64_t>(text, value);
    case Kind::unicode:
        *static_cast<std::string*>(value) = text;
        return true;
    default:
        return false;
    }
}

Result<void> read_field(const Member& member, std::string_view text, void* message) {
    if (quick_value(*member.info, text, member.in(message))) return ok();
    const auto refused = [&](std::string_view why) {
        return fail(Fault::invalid, fmt::format("no conversion for \"{}\" ({})", member.name, why));
    };
    // Braces are JSON here, and never the YAML that people write on a command line.
    const auto kind = member.info->kind == Kind::optional ? member.info->element->kind : member.info->kind;
    const bool is_word = !type::is_scalar(kind) && kind != Kind::enumeration;
    if (is_word && !codec::is_json(text)) return refused("not JSON");
    auto read = codec::read_text(*member.info, member.in(message), text);
    return read ? ok() : refused(read.error().detail);
}

const Member* find_member(const Info& message, std::string_view name) {
    for (const auto& member : message.members())
        if (member.name == name) return &member;
    return nullptr;
}

std::string unknown_field(const Info& message, std::string_view name) {
    std::vector<std::string_view> names;
    for (const auto& member : message.members())
        names.push_back(member.name);
    return fmt::format("unknown field \"{}\" in \"{}\"{}", name, bare_name(message), suggestion(name, names));
}

void skip_blanks(std::string_view& text) {
    const auto end = text.find_first_not_of(" \t\r\n");
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
}

bool skip(std::string_view& text, std::string_view part) {
    skip_blanks(text);
    if (!text.starts_with(part)) return false;
    text.remove_prefix(part.size());
    return true;
}

/// Whether a body is `{"value":{...}}` and not the message's own object. A message with a member `value` that may be an
/// object itself is always taken for the former.
bool is_shipment(std::string_view text) {
    if (!skip(text, "{")) return false;
    if (skip(text, "\"pointer\"")) return true;
    return skip(text, "\"value\"") && skip(text, ":") && skip(text, "{");
}

Result<void> read_body(std::string_view body, const Info& message, void* value) {
    codec::JsonReading how;
    how.wrap = is_shipment(body) ? codec::Wrap::shipment : codec::Wrap::none;
    how.whole_floats = true;
    how.limits.memory = 64u << 20;
    auto read = codec::read_json(body, message, value, how);
    if (read) return ok();
    std::string_view detail = read.error().detail;
    if (!detail.starts_with("message.")) return fail(std::move(read).error());
    detail.remove_prefix(8);
    const auto colon = detail.find(": ");
    if (colon == std::string_view::npos) return fail(Fault::invalid, std::string(detail));
    return fail(Fault::invalid,
                fmt::format("no conversion for \"{}\" ({})", detail.substr(0, colon), detail.substr(colon + 2)));
}

type::Any as_request(const RequestView& request) {
    auto any = type::Any::make<RequestMessage>();
    auto& message = *any.get<RequestMessage>();
    message.method = request.method;
    message.request_uri = request.target;
    message.http = request.old_client ? "HTTP/1.0" : "HTTP/1.1";
    for (const auto& header : request.headers) {
        auto& value = message.header[usual_name(header.name)];
        if (!value.empty()) value += ", ";
        value += header.value;
    }
    message.body = text_body(request.body);
    return any;
}

Mapped refused(int status, std::string explanation) {
    Mapped mapped;
    mapped.status = status;
    mapped.explanation = std::move(explanation);
    return mapped;
}

Result<void> read_path(const RouteTable::Fields& fields, void* value) {
    std::string text;
    for (const auto& [member, part] : fields) {
        if (auto decoded = decode_part(part, false, text); !decoded) return decoded;
        if (auto read = read_field(*member, text, value); !read) return read;
    }
    return ok();
}

} // namespace

std::string_view media_type(std::string_view value) {
    value = value.substr(0, value.find(';'));
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t'))
        value.remove_suffix(1);
    return value;
}

Result<void> decode_part(std::string_view part, bool plus, std::string& out) {
    out.clear();
    bool ascii = true;
    for (std::size_t i = 0; i < part.size(); ++i) {
        char c = part[i];
        if (c == '%') {
            const int high = i + 2 < part.size() ? hex(part[i + 1]) : -1;
            const int low = i + 2 < part.size() ? hex(part[i + 2]) : -1;
            if (high < 0 || low < 0) return fail(Fault::invalid, "a per cent sign without two digits");
            c = static_cast<char>(high * 16 + low);
            if (c == 0 && !plus) return fail(Fault::invalid, "a zero byte");
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        ascii = ascii && static_cast<unsigned char>(c) < 0x80;
        out += c;
    }
    if (!ascii && valid_utf8_prefix(out) != out.size()) return fail(Fault::invalid, "bytes that are not UTF-8");
    return ok();
}

Result<void> read_fields(std::string_view fields, const Info& message, void* value) {
    std::string name;
    std::string text;
    while (!fields.empty()) {
        const auto field = fields.substr(0, fields.find('&'));
        fields.remove_prefix(std::min(fields.size(), field.size() + 1));
        if (field.empty()) continue;
        const auto equals = field.find('=');
        if (auto decoded = decode_part(field.substr(0, equals), true, name); !decoded) return decoded;
        const auto* member = find_member(message, name);
        if (!member) return fail(Fault::invalid, unknown_field(message, name));
        if (equals == std::string_view::npos)
            return fail(Fault::invalid, fmt::format("field \"{}\" has no value", name));
        if (auto decoded = decode_part(field.substr(equals + 1), true, text); !decoded)
            return fail(Fault::invalid, fmt::format("no conversion for \"{}\" ({})", name, decoded.error().detail));
        if (auto read = read_field(*member, text, value); !read) return read;
    }
    return ok();
}

Mapped map_request(const RouteTable& routes, const RequestView& request) {
    const auto target = local_part(request.target);
    const auto mark = target.find('?');
    RouteTable::Fields fields;
    auto found = routes.find(request.method, target.substr(0, mark), fields);
    if (!found.message) {
        if (!found.allow.empty()) {
            auto mapped = refused(405, fmt::format("unexpected HTTP method \"{}\"", request.method));
            mapped.allow = std::move(found.allow);
            return mapped;
        }
        if (!routes.takes_requests()) return refused(404, "nothing of that name");
        Mapped mapped;
        mapped.message = as_request(request);
        return mapped;
    }
    const auto& message = *found.message;
    Mapped mapped;
    mapped.message = type::Any::make(message);
    void* value = mapped.message.value();
    if (!fields.empty())
        if (auto read = read_path(fields, value); !read) return refused(400, read.error().detail);
    if (mark != std::string_view::npos)
        if (auto read = read_fields(target.substr(mark + 1), message, value); !read)
            return refused(400, read.error().detail);
    if (request.body.empty()) return mapped;
    const auto* type = request.header("Content-Type");
    const auto media = type ? media_type(*type) : std::string_view();
    if (same_word(media, "application/json")) {
        if (auto read = read_body(request.body, message, value); !read) return refused(400, read.error().detail);
    } else if (same_word(media, "application/x-www-form-urlencoded")) {
        if (auto read = read_fields(request.body, message, value); !read) return refused(400, read.error().detail);
    } else {
        return refused(415, fmt::format("unexpected content type \"{}\" for HTTP request \"{}\"",
                                        type ? *type : std::string_view("none"), bare_name(message)));
    }
    return mapped;
}

} // namespace layer_cake::net
