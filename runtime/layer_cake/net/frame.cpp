#include <charconv>
#include <cstring>
#include <layer_cake/net/frame.hpp>

namespace layer_cake::net {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// At most 21 digits in all: none of the numbers can run over before its line is too long.
std::size_t number_of(std::string_view digits) {
    std::size_t number = 0;
    for (const char digit : digits) {
        number = number * 10 + static_cast<std::size_t>(digit - '0');
        if (number > FrameSizes::most) return FrameSizes::most + 1;
    }
    return number;
}

} // namespace

Cut read_sizes(std::string_view bytes, FrameSizes& sizes, const char*& problem) {
    const auto broken = [&](const char* why) {
        problem = why;
        return Cut::broken;
    };
    std::size_t* const numbers[] = {&sizes.header, &sizes.body, &sizes.total};
    std::size_t at = 0;
    for (int which = 0;; ++which) {
        const auto from = at;
        while (at < bytes.size() && at <= FrameSizes::longest_line && is_digit(bytes[at]))
            ++at;
        if (at > FrameSizes::longest_line) return broken("a line of sizes that is too long");
        if (at == bytes.size()) return Cut::more;
        const char after = bytes[at];
        if (after != ',' && after != '\n') return broken("a line of sizes with another character than digits");
        if (at == from) return broken("a size without digits");
        if (which == 2 ? after != '\n' : after != ',') return broken("not three sizes");
        *numbers[which] = number_of(bytes.substr(from, at - from));
        ++at;
        if (which == 2) break;
    }
    sizes.line = at;
    if (sizes.total > FrameSizes::most) return broken("a frame larger than 1048576 bytes");
    if (sizes.header > sizes.total || sizes.body > sizes.total - sizes.header) return broken("sizes that do not fit");
    return bytes.size() < sizes.frame() ? Cut::more : Cut::whole;
}

bool ends_well(std::string_view bytes, const FrameSizes& sizes) {
    return bytes[sizes.line + sizes.total] == '\n';
}

bool cut_content(std::string_view content, const FrameSizes& sizes, Frame& frame) {
    if (sizes.header > content.size() || sizes.body > content.size() - sizes.header) return false;
    frame.header = content.substr(0, sizes.header);
    frame.body = content.substr(sizes.header, sizes.body);
    frame.book = content.substr(sizes.header + sizes.body);
    return true;
}

void FrameBuilder::begin(std::size_t before) {
    begin_ = out_.size();
    before_ = before;
    start_ = header_ = body_ = begin_ + gap_ + before;
    out_.end(out_.need(gap_ + before) + gap_ + before);
}

FrameSizes FrameBuilder::sizes() const {
    return {gap_, header_ - start_, body_ - header_, out_.size() - start_ + before_};
}

bool FrameBuilder::end() {
    const auto now = sizes();
    if (now.total > FrameSizes::most) return take_back(), false;
    char line[FrameSizes::longest_line + 1];
    char* at = line;
    for (const auto size : {now.header, now.body, now.total}) {
        at = std::to_chars(at, line + sizeof line, size).ptr;
        *at++ = ',';
    }
    at[-1] = '\n';
    const auto length = static_cast<std::size_t>(at - line);
    const auto held = before_ + content_size();
    if (length != gap_) {
        out_.need(length);
        char* const begin = const_cast<char*>(out_.data()) + begin_;
        std::memmove(begin + length, begin + gap_, held);
        out_.end(begin + length + held);
        gap_ = length;
    }
    std::memcpy(const_cast<char*>(out_.data()) + begin_, line, length);
    out_.put('\n');
    return true;
}

} // namespace layer_cake::net
