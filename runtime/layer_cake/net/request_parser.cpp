#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/net/http_text.hpp>
#include <layer_cake/net/quick_request.hpp>
#include <layer_cake/net/request_parser.hpp>
#include <utility>

namespace layer_cake::net {
namespace {

constexpr std::size_t most_headers = 100;

RequestParser& self(llhttp_t* parser) {
    return *static_cast<RequestParser*>(parser->data);
}

std::size_t count(const Headers& headers, std::string_view name) {
    return static_cast<std::size_t>(std::count_if(headers.begin(), headers.end(),
                                                  [&](const auto& header) { return same_word(header.first, name); }));
}

void trim_end(std::string& text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.pop_back();
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// That of the Python library sends no Host, and says who it is.
bool is_python_client(const Headers& headers) {
    const auto* agent = find_header(headers, "User-Agent");
    return agent && agent->starts_with("Layer-Cake-API-client/");
}

} // namespace

const llhttp_settings_t& RequestParser::settings() {
    static const llhttp_settings_t table = [] {
        llhttp_settings_t set;
        llhttp_settings_init(&set);
        set.on_url = [](llhttp_t* parser, const char* at, size_t size) {
            self(parser).request_.message.target.append(at, size);
            return 0;
        };
        set.on_header_field = [](llhttp_t* parser, const char* at, size_t size) {
            auto& it = self(parser);
            if (it.headed_) return it.trailer_.append(at, size), 0;
            auto& headers = it.request_.message.headers;
            if (std::exchange(it.value_begun_, false)) {
                if (headers.size() == most_headers) return it.refuse(431, "more than 100 headers"), -1;
                headers.emplace_back();
            }
            headers.back().first.append(at, size);
            return 0;
        };
        set.on_header_value = [](llhttp_t* parser, const char* at, size_t size) {
            auto& it = self(parser);
            if (it.headed_) return it.check_trailer() ? 0 : -1;
            it.value_begun_ = true;
            it.request_.message.headers.back().second.append(at, size);
            return 0;
        };
        set.on_headers_complete = [](llhttp_t* parser) {
            auto& it = self(parser);
            it.headed_ = true;
            for (auto& header : it.request_.message.headers)
                trim_end(header.second);
            if (!it.check_head()) return -1;
            parser->upgrade = 0; // an upgrade is an offer: we stay with HTTP/1.1
            return 0;
        };
        set.on_body = [](llhttp_t* parser, const char* at, size_t size) {
            return self(parser).add_body(at, size) ? 0 : -1;
        };
        set.on_message_complete = [](llhttp_t* parser) -> int {
            self(parser).complete_ = true;
            return HPE_PAUSED;
        };
        return set;
    }();
    return table;
}

RequestParser::RequestParser(std::size_t header_bytes, std::size_t body_bytes)
    : scan_(header_bytes), header_bytes_(header_bytes), body_bytes_(body_bytes) {}

RequestParser::Step RequestParser::feed(std::string_view& bytes) {
    if (status_ != 0) return Step::refused;
    if (bytes.empty()) return Step::more;
    if (!begun())
        if (const auto size = read_quick_request(bytes, header_bytes_, body_bytes_, view_, headers_)) {
            bytes.remove_prefix(size);
            quick_ = true;
            return Step::request;
        }
    return in_body_ ? feed_body(bytes) : feed_head(bytes);
}

const RequestView& RequestParser::view() {
    if (quick_) return view_;
    const auto& message = request_.message;
    headers_.clear();
    for (const auto& header : message.headers)
        headers_.push_back({header.first, header.second});
    view_ = {message.method,      message.target,        headers_, message.body, request_.keep_alive,
             request_.old_client, request_.python_client};
    return view_;
}

void RequestParser::next() {
    if (std::exchange(quick_, false)) return;
    scan_ = HeadScan(header_bytes_);
    complete_ = false;
    request_ = {};
}

ParsedRequest RequestParser::take() {
    const auto& read = view();
    ParsedRequest request;
    request.message.method = read.method;
    request.message.target = read.target;
    for (const auto& header : read.headers)
        request.message.headers.emplace_back(header.name, header.value);
    request.message.body = read.body;
    request.keep_alive = read.keep_alive;
    request.old_client = read.old_client;
    request.python_client = read.python_client;
    next();
    return request;
}

RequestParser::Step RequestParser::feed_head(std::string_view& bytes) {
    std::size_t used = 0;
    const auto step = scan_.scan(bytes, used);
    if (step == HeadScan::Step::refused) return refuse(scan_.status(), scan_.reason());
    if (step == HeadScan::Step::more) {
        head_.append(bytes);
        bytes = {};
        return Step::more;
    }
    // llhttp gets the head in one piece, so that how it was cut cannot matter.
    std::string_view head = bytes.substr(0, used);
    if (!head_.empty()) head = head_.append(head);
    bytes.remove_prefix(used);

    // llhttp reads RTSP and ICE, too.
    const auto line = head.substr(0, head.find('\r', head.find_first_not_of("\r\n")));
    const auto version = line.substr(line.rfind(' ') + 1);
    if (version.starts_with("RTSP/") || version.starts_with("ICE/")) return refuse(400, "another protocol than HTTP");
    llhttp_init(&parser_, HTTP_REQUEST, &settings());
    parser_.data = this;
    headed_ = false;
    value_begun_ = true;
    request_ = {};
    request_.message.target.clear();
    const auto error = llhttp_execute(&parser_, head.data(), head.size());
    head_ = {};
    if (complete_) return Step::request;
    if (error != HPE_OK) return refuse_by_llhttp(error);
    if (!headed_) return refuse(400, "the head of the request ends too early");
    trailer_.clear();
    in_body_ = true;
    lines_size_ = 0;
    last_ = '\n';
    if (expects_continue()) return Step::expects;
    return bytes.empty() ? Step::more : feed_body(bytes);
}

RequestParser::Step RequestParser::feed_body(std::string_view& bytes) {
    lines_from_ = bytes.data();
    const auto error = llhttp_execute(&parser_, bytes.data(), bytes.size());
    const auto* end = error == HPE_OK ? bytes.data() + bytes.size() : llhttp_get_error_pos(&parser_);
    if (status_ != 0) return Step::refused;
    if (!check_chunk_lines(end)) return Step::refused;
    if (complete_) {
        bytes.remove_prefix(static_cast<std::size_t>(end - bytes.data()));
        in_body_ = false;
        return Step::request;
    }
    if (error != HPE_OK) return refuse_by_llhttp(error);
    bytes = {};
    return Step::more;
}

bool RequestParser::add_body(const char* at, std::size_t size) {
    if (!check_chunk_lines(at)) return false;
    lines_from_ = at + size;
    lines_size_ = 0;
    last_ = 0;
    auto& body = request_.message.body;
    if (size > body_bytes_ - body.size()) {
        refuse(413, fmt::format("the body is larger than {} bytes", body_bytes_));
        return false;
    }
    body.append(at, size);
    return true;
}

// llhttp lets some bare line feeds pass between chunks, where another reader may see the end of the request.
bool RequestParser::check_chunk_lines(const char* end) {
    for (; lines_from_ < end; ++lines_from_) {
        const char byte = *lines_from_;
        if ((byte == '\n') != (last_ == '\r')) {
            refuse(400, "a line between chunks that does not end in CR LF");
            return false;
        }
        if (last_ == '\n' && (byte == ' ' || byte == '\t')) {
            refuse(400, "a folded line between chunks");
            return false;
        }
        if (++lines_size_ > header_bytes_) {
            refuse(431, "too much between chunks");
            return false;
        }
        last_ = byte;
    }
    return true;
}

/// Trailers are read over; but one that says of the request what its head has said is not for two readers to differ on.
bool RequestParser::check_trailer() {
    const auto name = std::exchange(trailer_, {});
    for (const std::string_view of_the_head : {"Content-Length", "Transfer-Encoding", "Host"})
        if (same_word(name, of_the_head)) {
            refuse(400, fmt::format("{} behind the body", of_the_head));
            return false;
        }
    return true;
}

RequestParser::Step RequestParser::refuse(int status, std::string reason) {
    if (status_ == 0) {
        status_ = status;
        reason_ = std::move(reason);
    }
    return Step::refused;
}

RequestParser::Step RequestParser::refuse_by_llhttp(llhttp_errno_t error) {
    if (error == HPE_INVALID_METHOD && !in_body_) return refuse(501, "unknown method");
    if (error == HPE_INVALID_VERSION) return refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken");
    return refuse(400, llhttp_get_error_reason(&parser_));
}

bool RequestParser::check_head() {
    request_.message.method = llhttp_method_name(static_cast<llhttp_method_t>(parser_.method));
    request_.old_client = parser_.http_minor == 0;
    request_.keep_alive = llhttp_should_keep_alive(&parser_) != 0;
    if (parser_.http_major != 1 || parser_.http_minor > 1) {
        refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken");
        return false;
    }
    return check_target() && check_host() && check_length();
}

bool RequestParser::check_target() {
    const std::string_view target = request_.message.target;
    if (parser_.method == HTTP_CONNECT) {
        refuse(501, "CONNECT is not offered");
        return false;
    }
    const bool origin = !target.empty() && target.front() == '/';
    const auto authority = target_authority(target).value_or("");
    const bool absolute = !authority.empty() && authority.find('@') == std::string_view::npos;
    const bool star = target == "*" && parser_.method == HTTP_OPTIONS;
    if ((origin || absolute || star) && target.find('#') == std::string_view::npos) return true;
    refuse(400, "a target that is no path");
    return false;
}

bool RequestParser::check_host() {
    const auto& headers = request_.message.headers;
    const auto hosts = count(headers, "Host");
    request_.python_client = hosts == 0 && is_python_client(headers);
    if (hosts > 1 || (hosts == 0 && !request_.old_client && !request_.python_client)) {
        refuse(400, hosts == 0 ? "no Host header" : "more than one Host header");
        return false;
    }
    if (hosts == 0) return true;
    const auto& host = *find_header(headers, "Host");
    if (host.find_first_of(" \t,/?#@\\\"<>") == std::string::npos) return true;
    refuse(400, "a Host header that names no host");
    return false;
}

bool RequestParser::check_length() {
    const auto& headers = request_.message.headers;
    const auto lengths = count(headers, "Content-Length");
    const auto codings = count(headers, "Transfer-Encoding");
    if (lengths + codings > 1) {
        refuse(400, "more than one statement of the body's length");
        return false;
    }
    if (codings == 1) {
        if (request_.old_client) {
            refuse(400, "Transfer-Encoding in HTTP/1.0");
            return false;
        }
        if (!same_word(*find_header(headers, "Transfer-Encoding"), "chunked")) {
            refuse(501, "a transfer coding other than chunked");
            return false;
        }
    }
    if (lengths == 1) {
        if (!all_digits(*find_header(headers, "Content-Length"))) {
            refuse(400, "a Content-Length that is no number");
            return false;
        }
        if (parser_.content_length > body_bytes_) {
            refuse(413, fmt::format("the body is larger than {} bytes", body_bytes_));
            return false;
        }
    }
    const auto* expected = find_header(headers, "Expect");
    if (expected && !request_.old_client && !same_word(*expected, "100-continue")) {
        refuse(417, "an expectation other than 100-continue");
        return false;
    }
    return true;
}

bool RequestParser::expects_continue() const {
    return !request_.old_client && request_.message.header("Expect") != nullptr;
}

} // namespace layer_cake::net
