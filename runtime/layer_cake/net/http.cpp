#include <layer_cake/net/http.hpp>
#include <layer_cake/net/http_text.hpp>

namespace layer_cake::net {
namespace {

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// `%41` becomes `A`; a per cent sign that begins no such triple stays as it is.
std::string decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
            out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' && plus_is_space ? ' ' : text[i];
        }
    }
    return out;
}

} // namespace

std::string HttpRequest::path() const {
    const auto local = local_part(target);
    const auto path = local.substr(0, local.find('?'));
    return path.empty() ? "/" : decode(path, false);
}

std::vector<std::pair<std::string, std::string>> HttpRequest::query() const {
    std::vector<std::pair<std::string, std::string>> pairs;
    const std::string_view local = local_part(target);
    const auto mark = local.find('?');
    if (mark == std::string_view::npos) return pairs;
    for (auto rest = local.substr(mark + 1); !rest.empty();) {
        const auto part = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        if (part.empty()) continue;
        const auto equals = part.find('=');
        pairs.emplace_back(decode(part.substr(0, equals), true),
                           equals == std::string_view::npos ? "" : decode(part.substr(equals + 1), true));
    }
    return pairs;
}

const std::string* HttpRequest::header(std::string_view name) const {
    return find_header(headers, name);
}

} // namespace layer_cake::net
