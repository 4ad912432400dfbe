#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>
#include <layer_cake/supervise/endpoint_answer.hpp>
#include <layer_cake/supervise/line_protocol.hpp>
#include <layer_cake/supervise/request_fields.hpp>
#include <optional>
#include <set>

namespace layer_cake::supervise {
namespace {

using codec::Object;
using codec::Value;
using Refused = tl::unexpected<net::HttpResponse>;

Refused refused(int status, std::string_view detail) {
    return Refused(endpoint_refusal(status, "invalid", detail));
}

/// A number, true or false where the text is one, else the text.
Value scalar(std::string text) {
    if (text == "true") return true;
    if (text == "false") return false;
    const bool perhaps = !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
    if (perhaps)
        if (auto number = codec::parse_json(text); number && number->kind() == Value::Kind::number)
            return std::move(*number);
    return Value(std::move(text));
}

bool utf8(std::string_view text) {
    return valid_utf8_prefix(text) == text.size();
}

/// Adds the fields of a query or a form to an object. @return the name of one that is there already, or is no UTF-8
std::optional<std::string> add_fields(Object& to, std::vector<std::pair<std::string, std::string>> fields) {
    std::set<std::string, std::less<>> before;
    for (const auto& member : to)
        before.insert(member.name);
    std::set<std::string, std::less<>> lists;
    for (auto& [name, text] : fields) {
        if (before.contains(name) || !utf8(name) || !utf8(text)) return name;
        const auto found =
            std::find_if(to.begin(), to.end(), [&, &n = name](const auto& one) { return one.name == n; });
        if (found == to.end()) {
            to.emplace_back(name, scalar(std::move(text)));
            continue;
        }
        if (lists.insert(name).second) found->value = codec::Array{std::move(found->value)};
        found->value.array()->push_back(scalar(std::move(text)));
    }
    return std::nullopt;
}

} // namespace

tl::expected<std::string, net::HttpResponse> line_of(const net::HttpRequest& request) {
    auto parts = fields_of(request);
    if (!parts) return Refused(std::move(parts).error());
    Value message = Object{};
    if (!parts->json.empty()) {
        auto parsed = codec::parse_json(parts->json);
        if (!parsed) return refused(400, "the body is not JSON: " + parsed.error().detail);
        message = std::move(*parsed);
    }
    auto& fields = parts->fields;
    if (!fields.empty()) {
        if (!message.object()) return refused(400, "a query needs a body that is an object, or none");
        if (const auto wrong = add_fields(*message.object(), std::move(fields)))
            return refused(400, fmt::format("field \"{}\" is in the query and in the body, or is not UTF-8",
                                            terminal_safe(wrong->substr(0, 80))));
    }
    return codec::write_json(message) + "\n";
}

net::HttpResponse answer_of(std::string_view line) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
        line.remove_suffix(1);
    const auto begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos ||
        std::string_view("{[\"-0123456789tfn").find(line[begin]) == std::string_view::npos)
        return endpoint_refusal(502, "failed", "the worker's answer is not JSON");
    net::HttpResponse response;
    response.headers.emplace_back("Content-Type", "application/json");
    response.body.reserve(line.size() + 1);
    response.body.append(line) += '\n';
    auto first = line.substr(begin);
    if (first.front() != '{') return response;
    first.remove_prefix(1);
    first.remove_prefix(std::min(first.find_first_not_of(" \t"), first.size()));
    if (!first.starts_with("\"error\"")) return response; // a large answer is passed on without being read
    const auto value = codec::parse_json(line);
    if (!value) return endpoint_refusal(502, "failed", "the worker's answer is not JSON");
    const auto* status = value->find("status");
    const auto number = status ? status->integer() : std::nullopt;
    response.status = number && *number >= 400 && *number <= 599 ? static_cast<int>(*number) : 500;
    return response;
}

} // namespace layer_cake::supervise
