#include <array>
#include <charconv>
#include <layer_cake/net/http_text.hpp>
#include <layer_cake/net/quick_request.hpp>

namespace layer_cake::net {
namespace {

enum Class : unsigned char { token = 1, target = 2, value = 4 };

/// What each byte may be part of; for a target fewer than RFC 3986 has, for a value ASCII alone.
constexpr std::array<unsigned char, 256> classes = [] {
    std::array<unsigned char, 256> table{};
    for (unsigned c = 0x20; c < 0x7f; ++c)
        table[c] |= value;
    table['\t'] |= value;
    const auto letters = [&](unsigned char bits) {
        for (unsigned c = 0; c < 26; ++c) {
            table['a' + c] |= bits;
            table['A' + c] |= bits;
        }
        for (unsigned c = '0'; c <= '9'; ++c)
            table[c] |= bits;
    };
    letters(token | target);
    for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
        table[static_cast<unsigned char>(c)] |= token;
    for (const char c : std::string_view("-._~!$&'()*+,;=:@/?%"))
        table[static_cast<unsigned char>(c)] |= target;
    return table;
}();

/// The bytes of one class from `at` on.
std::string_view take(std::string_view bytes, std::size_t at, Class kind) {
    std::size_t end = at;
    while (end < bytes.size() && (classes[static_cast<unsigned char>(bytes[end])] & kind))
        ++end;
    return bytes.substr(at, end - at);
}

bool is_method(std::string_view text) {
    for (const std::string_view known : {"GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"})
        if (text == known) return true;
    return false;
}

/// What the headers say of the request as a whole.
struct Says {
    unsigned hosts = 0, lengths = 0;
    std::size_t length = 0;
    bool keep_alive = true;

    bool read(std::string_view name, std::string_view text) {
        switch (name.size()) {
        case 4: // Host
            if (!same_word(name, "Host")) return true;
            return ++hosts == 1 && take(text, 0, target).size() == text.size() && !text.empty() &&
                   text.find_first_of(",/?@") == std::string_view::npos;
        case 6:
            return !same_word(name, "Expect");
        case 7:
            return !same_word(name, "Upgrade");
        case 10:
            return !same_word(name, "Connection") || read_connection(text);
        case 14:
            return !same_word(name, "Content-Length") || read_length(text);
        case 16:
            return !same_word(name, "Proxy-Connection");
        case 17:
            return !same_word(name, "Transfer-Encoding");
        default:
            return true;
        }
    }

private:
    bool read_connection(std::string_view text) {
        if (same_word(text, "close")) keep_alive = false;
        return !keep_alive || same_word(text, "keep-alive");
    }
    bool read_length(std::string_view text) {
        constexpr std::size_t most_digits = 15;
        if (++lengths > 1 || text.empty() || text.size() > most_digits) return false;
        if (text.find_first_not_of("0123456789") != std::string_view::npos) return false;
        std::from_chars(text.data(), text.data() + text.size(), length);
        return true;
    }
};

} // namespace

std::size_t read_quick_request(std::string_view bytes, std::size_t header_bytes, std::size_t body_bytes,
                               RequestView& view, std::vector<HeaderView>& headers) {
    constexpr std::string_view version = " HTTP/1.1\r\n";
    constexpr std::size_t most_headers = 32;
    view.method = take(bytes, 0, token);
    std::size_t at = view.method.size() + 1;
    if (!is_method(view.method) || at >= bytes.size() || bytes[at - 1] != ' ' || bytes[at] != '/') return 0;
    view.target = take(bytes, at, target);
    at += view.target.size();
    if (at > header_bytes / 4 || bytes.substr(at, version.size()) != version) return 0;
    at += version.size();
    headers.clear();
    Says says;
    for (;;) {
        if (at + 1 >= bytes.size()) return 0;
        if (bytes[at] == '\r') break;
        const auto name = take(bytes, at, token);
        at += name.size() + 1;
        if (name.empty() || at >= bytes.size() || bytes[at - 1] != ':') return 0;
        while (at < bytes.size() && (bytes[at] == ' ' || bytes[at] == '\t'))
            ++at;
        auto text = take(bytes, at, value);
        at += text.size() + 2;
        if (at > bytes.size() || bytes[at - 2] != '\r' || bytes[at - 1] != '\n') return 0;
        while (!text.empty() && text.back() == ' ')
            text.remove_suffix(1);
        if (!text.empty() && text.back() == '\t') return 0;
        if (headers.size() == most_headers || !says.read(name, text)) return 0;
        headers.push_back({name, text});
    }
    if (bytes[at + 1] != '\n' || says.hosts != 1) return 0;
    at += 2;
    if (at > header_bytes || says.length > body_bytes || says.length > bytes.size() - at) return 0;
    view.headers = headers;
    view.body = bytes.substr(at, says.length);
    view.keep_alive = says.keep_alive;
    view.old_client = false;
    view.python_client = false;
    return at + says.length;
}

} // namespace layer_cake::net
