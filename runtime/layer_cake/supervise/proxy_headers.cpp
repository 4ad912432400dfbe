#include <algorithm>
#include <layer_cake/net/http_text.hpp>
#include <layer_cake/supervise/proxy_headers.hpp>

namespace layer_cake::supervise {

using net::same_word;

net::Headers without_hop(const net::Headers& headers) {
    static constexpr std::string_view single[] = {"Connection", "Keep-Alive", "Proxy-Connection",
                                                  "TE",         "Trailer",    "Transfer-Encoding",
                                                  "Upgrade",    "Expect",     "Proxy-Authorization"};
    net::Headers kept;
    kept.reserve(headers.size() + 3);
    for (const auto& header : headers) {
        const auto is = [&](std::string_view name) { return same_word(header.first, name); };
        const bool listed = std::any_of(headers.begin(), headers.end(), [&](const auto& other) {
            return same_word(other.first, "Connection") && net::lists(other.second, header.first);
        });
        if (!listed && std::none_of(std::begin(single), std::end(single), is)) kept.push_back(header);
    }
    return kept;
}

net::HttpRequest request_for_worker(const net::HttpRequest& request) {
    net::HttpRequest out;
    out.method = request.method;
    out.target = request.target;
    if (const auto authority =
            net::target_authority(out.target)) { // http://host/path: the worker is asked for its path
        const auto path = static_cast<std::size_t>(authority->data() - out.target.data()) + authority->size();
        out.target = path < out.target.size() && out.target[path] == '/' ? out.target.substr(path)
                                                                         : "/" + out.target.substr(path);
    }
    out.headers = without_hop(request.headers);
    const auto* host = request.header("Host");
    std::string clients;
    for (const auto& [name, value] : request.headers)
        if (same_word(name, "X-Forwarded-For")) clients += value + ", ";
    const auto forged = [](const auto& header) {
        return same_word(header.first, "X-Forwarded-Host") || same_word(header.first, "X-Forwarded-Proto") ||
               same_word(header.first, "X-Forwarded-For");
    };
    std::erase_if(out.headers, forged);
    out.headers.emplace_back("X-Forwarded-For", clients + request.client);
    if (host) out.headers.emplace_back("X-Forwarded-Host", *host);
    out.headers.emplace_back("X-Forwarded-Proto", "http");
    out.headers.emplace_back("Via", "1.1 layer-cake");
    out.body = request.body;
    return out;
}

bool is_idempotent(std::string_view method) {
    static constexpr std::string_view methods[] = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"};
    return std::find(std::begin(methods), std::end(methods), method) != std::end(methods);
}

} // namespace layer_cake::supervise
