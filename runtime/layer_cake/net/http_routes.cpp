#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/net/http_routes.hpp>
#include <layer_cake/net/http_text.hpp>

namespace layer_cake::net {
namespace {

using type::Kind;

/// Whether a part of a path can be read as such a value.
bool has_text(const type::Info& info) {
    if (info.kind == Kind::optional) return has_text(*info.element);
    return (type::is_scalar(info.kind) && info.kind != Kind::any && info.kind != Kind::address) ||
           info.kind == Kind::enumeration;
}

bool is_method(std::string_view text) {
    for (const std::string_view known : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
        if (text == known) return true;
    return false;
}

std::string_view next_part(std::string_view& path) {
    path.remove_prefix(1); // the slash
    const auto part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size());
    return part;
}

void add_method(std::string& list, std::string_view method) {
    if (lists(list, method)) return;
    list.append(list.empty() ? "" : ", ").append(method);
}

} // namespace

std::string_view bare_name(const type::Info& message) {
    const auto dot = message.name.rfind('.');
    return dot == std::string_view::npos ? message.name : message.name.substr(dot + 1);
}

Result<RouteTable> RouteTable::make(const HttpService& service) {
    RouteTable table;
    table.takes_requests_ = service.takes_requests;
    for (const auto& route : service.routes)
        if (auto added = table.add(route); !added) return fail(std::move(added).error());
    const auto literals = [](const Pattern& pattern) {
        std::string order;
        for (const auto& part : pattern.parts)
            order += part.member ? '1' : '0';
        return order;
    };
    std::stable_sort(table.patterns_.begin(), table.patterns_.end(),
                     [&](const Pattern& a, const Pattern& b) { return literals(a) < literals(b); });
    return table;
}

Result<void> RouteTable::add(const HttpRoute& route) {
    const auto& message = *route.message;
    if (message.kind != Kind::message)
        return fail(Fault::invalid, fmt::format("a request cannot become {}: it is no message", message.signature()));
    if (route.method.empty()) {
        for (const auto& known : names_)
            if (known.name == bare_name(message))
                return fail(Fault::invalid, fmt::format("two messages are named {}", known.name));
        names_.push_back({bare_name(message), &message});
        return ok();
    }
    const auto refused = [&](std::string_view why) {
        return fail(Fault::invalid, fmt::format("route {} {}: {}", route.method, route.pattern, why));
    };
    if (!is_method(route.method)) return refused("no such method");
    if (route.pattern.empty() || route.pattern.front() != '/') return refused("a pattern begins with a slash");
    Pattern pattern{route.method, {}, &message};
    for (std::string_view rest = route.pattern; !rest.empty();) {
        const auto part = next_part(rest);
        if (part.size() < 2 || part.front() != '{' || part.back() != '}') {
            if (part.find_first_of("{}?#% ") != std::string_view::npos)
                return refused(fmt::format("\"{}\" can be no part of a path", part));
            pattern.parts.push_back({std::string(part), nullptr});
            continue;
        }
        const auto name = part.substr(1, part.size() - 2);
        const auto members = message.members();
        const auto member =
            std::find_if(members.begin(), members.end(), [&](const auto& one) { return one.name == name; });
        if (member == members.end()) return refused(fmt::format("{} has no member {}", bare_name(message), name));
        if (!has_text(*member->info)) return refused(fmt::format("{} is not written as text", name));
        pattern.parts.push_back({{}, &*member});
    }
    for (const auto& known : patterns_)
        if (alike(known, pattern)) return refused("another route matches the same");
    patterns_.push_back(std::move(pattern));
    return ok();
}

bool RouteTable::alike(const Pattern& a, const Pattern& b) {
    return a.method == b.method &&
           std::equal(a.parts.begin(), a.parts.end(), b.parts.begin(), b.parts.end(), [](const Part& x, const Part& y) {
               return (x.member != nullptr) == (y.member != nullptr) && x.text == y.text;
           });
}

bool RouteTable::matches(const Pattern& pattern, std::string_view path, Fields& fields) {
    fields.clear();
    if (!path.starts_with('/')) return false;
    for (const auto& part : pattern.parts) {
        if (path.empty()) return false;
        const auto given = next_part(path);
        if (part.member) {
            if (given.empty()) return false;
            fields.emplace_back(part.member, given);
        } else if (given != part.text) {
            return false;
        }
    }
    return path.empty();
}

RouteTable::Found RouteTable::find(std::string_view method, std::string_view path, Fields& fields) const {
    Found found;
    for (const auto& pattern : patterns_) {
        if (!matches(pattern, path, fields)) continue;
        if (pattern.method == method || (method == "HEAD" && pattern.method == "GET")) {
            found.message = pattern.message;
            return found;
        }
        add_method(found.allow, pattern.method);
    }
    fields.clear();
    if (!found.allow.empty()) return found;
    const auto name = path.substr(path.rfind('/') + 1);
    for (const auto& known : names_) {
        if (known.name != name) continue;
        if (method == "GET" || method == "POST" || method == "HEAD")
            found.message = known.message;
        else
            found.allow = "GET, HEAD, POST";
        return found;
    }
    return found;
}

} // namespace layer_cake::net
