#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/pool_check.hpp>
#include <layer_cake/home/schema_read.hpp>
#include <map>
#include <set>

namespace layer_cake::home {
namespace {

using codec::Value;

const Value* given(const Value& section, std::string_view key) {
    const auto* value = section.find(key);
    return value && !value->is_null() ? value : nullptr;
}

std::string text(const Value& section, std::string_view key) {
    const auto* value = given(section, key);
    return value ? value->scalar_text().value_or("") : std::string();
}

std::string shown_name(std::string_view name) {
    return terminal_safe(name.substr(0, 80));
}

std::optional<Protocol> protocol_of(const Outline& role) {
    const auto word = role.value ? text(*role.value, "protocol") : std::string();
    if (word == "json_lines") return Protocol::json_lines;
    if (word == "http") return Protocol::http;
    if (word == "objects") return Protocol::objects;
    return std::nullopt;
}

class PoolCheck {
public:
    PoolCheck(const Value& group, const Outlines& outlines, std::vector<Problem>& problems)
        : group_(group), outlines_(outlines), problems_(problems) {}

    void run() {
        for (const auto& role : outlines_.roles())
            check_role(role);
        if (const auto* pools = given(group_, "pools"))
            for (const auto& [name, pool, mark] : *pools->object())
                if (!name.starts_with("x-")) check_pool(name, pool, mark);
        if (const auto* http = given(group_, "http")) check_http(*http);
        if (const auto* nats = given(group_, "nats")) check_nats(*nats);
        if (const auto* directory = given(group_, "directory")) {
            if (const auto* realm = given(*directory, "realm")) check_realm(*realm, *directory);
            for (const auto key : {"connect", "at_host", "at_lan", "listen"})
                if (const auto* at = given(*directory, key); at && !read_host_port(*at)->named.empty())
                    report(at->mark, "\"directory.{}\" must be a port, or host:port, not \"{}\"", key,
                           at->scalar_text().value_or(""));
            check_lan_key(*directory);
        }
    }

private:
    template <class... Parts>
    void report(codec::Mark mark, fmt::format_string<Parts...> words, Parts&&... parts) {
        problems_.push_back({"", mark, fmt::format(words, std::forward<Parts>(parts)...)});
    }

    void check_role(const Outline& role) {
        check_probes(role);
        const auto protocol = protocol_of(role);
        if (!protocol) return;
        const auto mark = given(*role.value, "protocol")->mark;
        if (role.oneshot)
            report(mark, "role \"{}\": a oneshot can be no worker: \"protocol\" is for services", role.name);
        const auto* ports = given(*role.value, "ports");
        if (*protocol == Protocol::http && (!ports || !ports->find("http")))
            report(mark, "role \"{}\": \"protocol: http\" needs \"ports\" with one named http, such as {{http: auto}}",
                   role.name);
    }

    void check_probes(const Outline& role) {
        if (!role.value) return;
        for (const auto key : {"ready", "readiness", "liveness"}) {
            const auto* probe = given(*role.value, key);
            if (!probe) continue;
            const auto* at = given(*probe, "tcp_socket");
            std::string name;
            if (at) name = read_host_port(*at)->named;
            if (!at && (at = given(*probe, "http_get"))) name = read_address(*at)->host.named;
            const auto* ports = given(*role.value, "ports");
            if (!name.empty() && (!ports || !ports->find(name)))
                report(at->mark, "role \"{}\": \"{}\" asks port \"{}\", which is not among its \"ports\"", role.name,
                       key, name);
        }
    }

    void check_pool(const std::string& name, const Value& pool, codec::Mark mark) {
        auto& known = pools_[name];
        const auto* wanted = given(pool, "role");
        if (!wanted) return report(mark, "pool \"{}\": \"role\" must be given", name);
        const auto role_name = text(pool, "role");
        const int index = outlines_.find(role_name);
        if (index < 0) {
            std::vector<std::string_view> names;
            for (const auto& role : outlines_.roles())
                names.push_back(role.name);
            return report(wanted->mark, "pool \"{}\" wants role \"{}\", which is not defined{}", name,
                          shown_name(role_name), suggestion(role_name, names));
        }
        const auto& role = outlines_.roles()[static_cast<std::size_t>(index)];
        if (role.name != role_name)
            return report(wanted->mark, "pool \"{}\" wants \"{}\", which is a replica: name the role \"{}\"", name,
                          role_name, role.name);
        if (const auto [other, is_new] = pool_of_.emplace(role_name, name); !is_new)
            report(wanted->mark, "pool \"{}\" wants role \"{}\", which is of pool \"{}\" already", name, role_name,
                   other->second);
        known = protocol_of(role);
        if (!known)
            return report(wanted->mark,
                          "pool \"{}\" wants role \"{}\", which has no \"protocol\" (json_lines, http or objects)",
                          name, role_name);
    }

    void check_realm(const Value& realm, const Value& directory) {
        if (!given(realm, "name")) report(realm.mark, "\"directory.realm\": \"name\" must be given");
        check_servers(realm, "directory.realm", "nats");
        for (const auto key : {"connect", "at_host", "at_lan"})
            if (const auto* at = given(directory, key))
                report(at->mark,
                       "\"directory\": \"{}\" and \"realm\" exclude each other: the directory above joins the realm",
                       key);
    }

    void check_lan_key(const Value& directory) {
        constexpr std::string_view digits = "0123456789abcdefABCDEF";
        const auto* key = given(directory, "lan_key");
        if (!key) return;
        const auto written = text(directory, "lan_key");
        if (written.size() != 64 || written.find_first_not_of(digits) != std::string::npos)
            report(key->mark, "\"directory.lan_key\" must be 64 hexadecimal digits");
        if (!given(directory, "at_lan") || given(directory, "connect") || given(directory, "at_host"))
            report(key->mark, "\"directory.lan_key\" is of the directory at \"at_lan\", which has to be the one above");
    }

    void check_nats(const Value& nats) {
        check_servers(nats, "nats", "servers");
        const auto* routes = given(nats, "routes");
        if (!routes) return report(nats.mark, "\"nats\": \"routes\" must be given");
        for (const auto& route : *routes->array()) {
            const auto* subject = given(route, "subject");
            if (!subject) {
                report(route.mark, "a route of \"nats\" needs \"subject\"");
                continue;
            }
            const auto name = text(route, "subject");
            if (!is_subject(name))
                report(subject->mark, "\"nats\": \"{}\" is no subject, such as shop.thumbnail", shown_name(name));
            if (const auto* pool = given(route, "pool"))
                check_pool_name(pool->mark, "subject", name, text(route, "pool"));
            else
                report(route.mark, "subject \"{}\" needs \"pool\"", shown_name(name));
        }
    }

    void check_servers(const Value& section, std::string_view name, std::string_view key) {
        const auto* servers = given(section, key);
        if (!servers || (servers->array() && servers->array()->empty()))
            report(section.mark, "\"{}\": \"{}\" must be given: where a NATS server is", name, key);
        int ways = 0;
        for (const auto* way : {"credentials", "nkey", "user", "token"})
            ways += given(section, way) != nullptr;
        if (ways > 1) report(section.mark, "\"{}\": credentials, nkey, user and token exclude each other", name);
    }

    static bool is_subject(std::string_view text) {
        if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos)
            return false;
        return std::all_of(text.begin(), text.end(),
                           [](unsigned char c) { return c > ' ' && c < 127 && c != '*' && c != '>' && c != '$'; });
    }

    void check_http(const Value& http) {
        const auto* listen = given(http, "listen");
        if (!listen) report(http.mark, "\"http\": \"listen\" must be given");
        if (listen && !read_host_port(*listen)->named.empty())
            report(listen->mark, "\"http.listen\" must be a port, or host:port, not \"{}\"",
                   listen->scalar_text().value_or(""));
        const auto* routes = given(http, "routes");
        if (!routes) return report(http.mark, "\"http\": \"routes\" must be given");
        for (const auto& route : *routes->array())
            check_route(route);
    }

    void check_route(const Value& route) {
        const auto* path = given(route, "path");
        const auto* pool = given(route, "pool");
        if (!path) return report(route.mark, "a route needs \"path\"");
        const auto path_text = text(route, "path");
        if (!pool) return report(route.mark, "route \"{}\" needs \"pool\"", shown_name(path_text));
        const auto pool_name = text(route, "pool");
        if (!check_pool_name(pool->mark, "route", path_text, pool_name)) return;
        const auto found = pools_.find(pool_name);
        check_path(path_text, path->mark, found->second);
        auto methods = usual_methods(found->second.value_or(Protocol::http));
        auto mark = path->mark;
        if (const auto* words = given(route, "methods")) {
            methods = *read_words(*words);
            mark = words->mark;
            if (methods.empty()) report(mark, "route \"{}\": \"methods\" must not be empty", shown_name(path_text));
            for (const auto& method : methods)
                if (method.empty() || method.size() > 32 || !std::all_of(method.begin(), method.end(), [](char c) {
                        return (c >= 'A' && c <= 'Z') || c == '-';
                    }))
                    report(mark, "route \"{}\": \"{}\" is no method, such as GET or POST", shown_name(path_text),
                           shown_name(method));
        }
        for (const auto& method : methods)
            if (!taken_.emplace(path_text, method).second)
                return report(mark, "route \"{}\" is there already for {}", shown_name(path_text), method);
    }

    bool check_pool_name(codec::Mark mark, std::string_view what, std::string_view route, const std::string& pool) {
        if (pools_.contains(pool)) return true;
        std::vector<std::string_view> names;
        for (const auto& [name, protocol] : pools_)
            names.push_back(name);
        report(mark, "{} \"{}\" wants pool \"{}\", which is not defined{}", what, shown_name(route), shown_name(pool),
               suggestion(pool, names));
        return false;
    }

    void check_path(std::string_view path, codec::Mark mark, std::optional<Protocol> protocol) {
        const bool open = path.ends_with("/*");
        const auto plain = open ? path.substr(0, path.size() - 1) : path;
        const bool fine = path.starts_with('/') && path.size() <= 1024 &&
                          plain.find_first_of("*?#") == std::string_view::npos &&
                          plain.find("//") == std::string_view::npos &&
                          (std::string(plain) + "/").find("/../") == std::string::npos &&
                          (std::string(plain) + "/").find("/./") == std::string::npos &&
                          std::none_of(path.begin(), path.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
        if (!fine)
            report(mark,
                   "\"{}\" is no path of a route: it begins with /, has no query, no empty part, no . or .., and a * "
                   "at its end only, as /*",
                   shown_name(path));
        else if (open && protocol == Protocol::json_lines)
            report(mark, "route \"{}\": a path with /* is for workers that speak http: a line has no path",
                   shown_name(path));
    }

    const Value& group_;
    const Outlines& outlines_;
    std::vector<Problem>& problems_;
    std::map<std::string, std::optional<Protocol>, std::less<>> pools_;
    std::map<std::string, std::string> pool_of_;          ///< by role
    std::set<std::pair<std::string, std::string>> taken_; ///< path and method
};

} // namespace

void check_pools(const Value& group, const Outlines& outlines, std::vector<Problem>& problems) {
    PoolCheck(group, outlines, problems).run();
}

Fit fit(std::string_view route, std::string_view path) {
    if (!route.ends_with("/*")) return {route == path, route.size()};
    const auto folder = route.substr(0, route.size() - 1); // with its slash
    const bool below = path.starts_with(folder) || path == folder.substr(0, folder.size() - 1);
    return {below, folder.size() - 1};
}

std::vector<std::string> usual_methods(Protocol protocol) {
    if (protocol != Protocol::http) return {"GET", "POST"};
    return {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
}

} // namespace layer_cake::home
