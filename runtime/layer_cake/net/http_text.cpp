#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <iterator>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/http_text.hpp>

namespace layer_cake::net {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        out += (byte < 0x20 && c != '\t') || byte == 0x7f ? ' ' : c;
    }
    out += "\r\n";
}

/// What cannot stand in a request line is escaped: a target from a file cannot end the line.
void append_target(std::string& out, std::string_view target) {
    for (const char c : target) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7f)
            out += c;
        else
            fmt::format_to(std::back_inserter(out), "%{:02X}", byte);
    }
}

bool is_framing(std::string_view name) {
    return same_word(name, "Content-Length") || same_word(name, "Transfer-Encoding") || same_word(name, "Connection");
}

struct Phrase {
    int status;
    std::string_view text;
};

constexpr Phrase phrases[] = {
    {100, "Continue"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

} // namespace

bool same_word(std::string_view a, std::string_view b) {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

const std::string* find_header(const Headers& headers, std::string_view name) {
    for (const auto& header : headers)
        if (same_word(header.first, name)) return &header.second;
    return nullptr;
}

std::string usual_name(std::string_view header) {
    std::string out(header);
    bool begins = true;
    for (char& c : out) {
        if (begins && c >= 'a' && c <= 'z')
            c = static_cast<char>(c - 32);
        else if (!begins)
            c = lower(c);
        begins = c == '-';
    }
    return out;
}

bool lists(std::string_view value, std::string_view word) {
    for (;;) {
        const auto comma = value.find(',');
        if (same_word(trimmed(value.substr(0, comma)), word)) return true;
        if (comma == std::string_view::npos) return false;
        value.remove_prefix(comma + 1);
    }
}

bool is_token_byte(unsigned char byte) {
    if ((byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')) return true;
    return byte != 0 && std::strchr("!#$%&'*+-.^_`|~", byte) != nullptr;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return is_token_byte(c); });
}

std::optional<std::string_view> target_authority(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"})
        if (same_word(target.substr(0, scheme.size()), scheme)) {
            target.remove_prefix(scheme.size());
            return target.substr(0, target.find_first_of("/?#"));
        }
    return std::nullopt;
}

std::string_view local_part(std::string_view target) {
    const auto authority = target_authority(target);
    if (!authority) return target;
    const auto rest = target.substr(static_cast<std::size_t>(authority->data() + authority->size() - target.data()));
    return rest.empty() ? "/" : rest;
}

std::string_view status_phrase(int status) {
    const auto* found = std::lower_bound(std::begin(phrases), std::end(phrases), status,
                                         [](const Phrase& phrase, int wanted) { return phrase.status < wanted; });
    return found != std::end(phrases) && found->status == status ? found->text : std::string_view();
}

std::string http_date(std::time_t time) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[parts.tm_wday], parts.tm_mday,
                       months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

void append_response_head(std::string& out, const ResponseHead& head) {
    const auto phrase =
        status_phrase(head.status).substr(0, head.python_client ? short_phrase : std::string_view::npos);
    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", head.status, phrase);
    if (!head.date.empty()) append_header(out, "Date", head.date);
    if (head.headers)
        for (const auto& header : *head.headers)
            if (is_token(header.first) && !is_framing(header.first)) append_header(out, header.first, header.second);
    if (head.framing == Framing::length) fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", head.length);
    if (head.framing == Framing::chunked) out += "Transfer-Encoding: chunked\r\n";
    if (!head.keep_alive)
        out += "Connection: close\r\n";
    else if (head.old_client)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
}

void append_chunk(std::string& out, std::string_view part) {
    if (part.empty()) return;
    fmt::format_to(std::back_inserter(out), "{:x}\r\n", part.size());
    out.append(part).append("\r\n");
}

std::string request_text(const Endpoint& endpoint, const HttpRequest& request, bool keep_alive) {
    std::string out;
    out.reserve(256 + request.body.size());
    out.append(request.method).append(" ");
    append_target(out, request.target);
    out += " HTTP/1.1\r\n";
    if (!request.header("Host")) append_header(out, "Host", host_header(endpoint));
    for (const auto& header : request.headers)
        if (is_token(header.first) && !is_framing(header.first)) append_header(out, header.first, header.second);
    const bool says_length =
        !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (says_length) fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", request.body.size());
    out.append(keep_alive ? "\r\n" : "Connection: close\r\n\r\n").append(request.body);
    return out;
}

} // namespace layer_cake::net
