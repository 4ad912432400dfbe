#include <layer_cake/net/head_scan.hpp>
#include <layer_cake/net/http_text.hpp>
#include <utility>

namespace layer_cake::net {

HeadScan::Step HeadScan::refuse(int status, const char* reason) {
    status_ = status;
    reason_ = reason;
    return Step::refused;
}

HeadScan::Step HeadScan::scan(std::string_view bytes, std::size_t& used) {
    for (used = 0; used < bytes.size();) {
        if (++size_ > limit_) return refuse(431, "the head of the request is too long");
        const auto step = next(static_cast<unsigned char>(bytes[used]));
        if (step == Step::refused) return step;
        ++used;
        if (step == Step::done) return step;
    }
    return Step::more;
}

HeadScan::Step HeadScan::next(unsigned char byte) {
    constexpr unsigned char cr = '\r', lf = '\n';
    const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
    switch (at_) {
    case At::before: // empty lines before a request are skipped, as RFC 9112 2.2 has it
        if (byte == cr) {
            at_ = At::before_lf;
            return Step::more;
        }
        if (!is_token_byte(byte)) return refuse(400, "a request begins with a method");
        at_ = At::method;
        [[fallthrough]];
    case At::method:
    case At::request_line:
        if (byte == cr) {
            at_ = At::request_line_lf;
            return Step::more;
        }
        if (byte < 0x20 || byte > 0x7e) return refuse(400, "a control character or non-ASCII byte in the request line");
        if (++line_size_ > limit_ / 2) return refuse(414, "the request line is too long");
        if (byte == ' ' && std::exchange(space_, true)) return refuse(400, "more than one space in the request line");
        if (byte != ' ') space_ = false;
        if (at_ == At::method && byte == ' ') {
            at_ = At::request_line;
        } else if (at_ == At::method && !is_token_byte(byte)) {
            return refuse(400, "a character that cannot be in a method");
        }
        return Step::more;
    case At::line:
        if (byte == cr) {
            at_ = At::last_lf;
            return Step::more;
        }
        if (byte == ' ' || byte == '\t') return refuse(400, "a folded header line");
        if (!is_token_byte(byte)) return refuse(400, "a header without a name");
        at_ = At::name;
        return Step::more;
    case At::name:
        if (byte == ':') {
            at_ = At::value;
            return Step::more;
        }
        if (!is_token_byte(byte)) return refuse(400, "a character that cannot be in a header's name");
        return Step::more;
    case At::value:
        if (byte == cr) {
            at_ = At::value_lf;
            return Step::more;
        }
        if (control) return refuse(400, "a control character in a header's value");
        return Step::more;
    case At::before_lf:
    case At::request_line_lf:
    case At::value_lf:
    case At::last_lf:
        break;
    }
    if (byte != lf) return refuse(400, "a carriage return without a line feed");
    if (at_ == At::last_lf) return Step::done;
    at_ = at_ == At::before_lf ? At::before : At::line;
    return Step::more;
}

} // namespace layer_cake::net
