#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/other_words.hpp>
#include <layer_cake/codec/text_value.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/codec/value_form.hpp>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/type/messages.hpp>

namespace layer_cake::codec {
namespace {

using type::Info;
using type::Kind;

/// Whether the text of an argument is the value, and not JSON.
bool is_plain(Kind kind) {
    switch (kind) {
    case Kind::character:
    case Kind::rune:
    case Kind::string:
    case Kind::unicode:
    case Kind::block:
    case Kind::clock:
    case Kind::span:
    case Kind::world:
    case Kind::delta:
    case Kind::uuid:
    case Kind::type:
    case Kind::enumeration:
        return true;
    default:
        return false;
    }
}

std::string quoted(std::string_view text) {
    std::string json;
    append_json_string(json, text);
    return json;
}

/// The enumerator of that name in any case, as it is spelled.
std::string_view spelled(const Info& info, std::string_view text) {
    const auto same = [](char a, char b) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
        return lower(a) == lower(b);
    };
    for (const auto& one : info.enumerators())
        if (one.name == text) return text;
    for (const auto& one : info.enumerators())
        if (std::equal(one.name.begin(), one.name.end(), text.begin(), text.end(), same)) return one.name;
    const auto other = other_word(info.name, text);
    return other.empty() ? text : other;
}

/// `127.0.0.1:5050`, or the path of a unix socket, as JSON, for the two types that are that.
std::string host_and_port(const Info& info, std::string_view text) {
    const auto colon = text.rfind(':');
    const bool is_endpoint = &info == &type::info_of<type::HostPort>() || &info == &type::info_of<type::LocalPort>();
    if (is_endpoint && text.find('/') != std::string_view::npos && text.find('{') == std::string_view::npos)
        return fmt::format("{{\"host\":{}}}", quoted(text));
    if (!is_endpoint || colon == std::string_view::npos || text.find_first_of("{\"") != std::string_view::npos)
        return {};
    const auto port = text.substr(colon + 1);
    if (port.empty() || port.find_first_not_of("0123456789") != std::string_view::npos) return {};
    auto host = text.substr(0, colon);
    if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    return fmt::format("{{{}\"port\":{}}}", host.empty() ? "" : "\"host\":" + quoted(host) + ",", port);
}

std::string as_json(const Info& info, std::string_view text) {
    if (info.kind == Kind::enumeration) return quoted(spelled(info, text));
    if (is_plain(info.kind)) return quoted(text);
    if (auto endpoint = host_and_port(info, text); !endpoint.empty()) return endpoint;
    const auto first = text.find_first_not_of(" \t\n");
    if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return std::string(text);
    if (is_json(text)) {
        if (auto value = parse_json(text); value && to_typed_form(info, *value)) return write_json(*value);
        return std::string(text);
    }
    auto fragment = parse_yaml(text, "argument");
    if (!fragment) return std::string(text);
    to_typed_form(info, *fragment);
    return write_json(*fragment);
}

} // namespace

Result<void> read_text(const Info& info, void* value, std::optional<std::string_view> text) {
    if (info.kind == Kind::optional) {
        if (!text && info.element->kind != Kind::boolean) return info.optional->reset(value), ok();
        return read_text(*info.element, info.optional->emplace(value), text);
    }
    if (!text) {
        if (info.kind != Kind::boolean) return fail(Fault::invalid, "a value is needed");
        *static_cast<bool*>(value) = true;
        return ok();
    }
    JsonReading how;
    how.wrap = info.kind == Kind::pointer ? Wrap::shipment : Wrap::none;
    how.whole_floats = true;
    auto read = read_json(as_json(info, *text), info, value, how);
    if (read) return ok();
    // What it was given for stands for the word the codec begins with.
    std::string_view detail = read.error().detail;
    if (detail.starts_with("message")) detail.remove_prefix(7);
    if (detail.starts_with(": ")) detail.remove_prefix(2);
    return fail(Fault::invalid, std::string(detail));
}

} // namespace layer_cake::codec
