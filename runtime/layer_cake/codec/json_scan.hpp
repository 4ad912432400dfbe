#pragma once

#include <cstdint>
#include <cstring>
#include <layer_cake/codec/float_text.hpp>
#include <layer_cake/core/utf8.hpp>
#include <string>
#include <string_view>

namespace layer_cake::codec {

/// Steps through JSON text, strictly, and never reads beyond its end.
class JsonScan {
public:
    explicit JsonScan(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

    const char* at() const { return at_; }
    const char* end() const { return end_; }
    void go(const char* at) { at_ = at; }

    /// The next character that is no blank, not taken; 0 at the end.
    char peek() {
        if (at_<end_&& static_cast<unsigned char>(*at_)> ' ') [[likely]]
            return *at_;
        while (at_ < end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
            ++at_;
        return at_ < end_ ? *at_ : '\0';
    }
    bool take(char c) {
        if (peek() != c || at_ == end_) return false;
        ++at_;
        return true;
    }
    bool take_word(std::string_view word) {
        if (static_cast<std::size_t>(end_ - at_) < word.size() || std::memcmp(at_, word.data(), word.size()) != 0)
            return false;
        at_ += word.size();
        return true;
    }
    /// Takes exactly these characters, blanks included, or nothing.
    bool take_text(std::string_view text) { return take_word(text); }

    bool at_end() {
        peek();
        return at_ == end_;
    }

    /// A string as it lies in the text, quotes off; `plain` when it has no escapes. Its escapes and its UTF-8 are
    /// checked.
    bool take_string(std::string_view& raw, bool& plain);

    /// Any value, checked to the last character.
    bool skip_value(int depth, bool not_finite = false);

private:
    const char* at_;
    const char* end_;
};

/// Undoes the escapes of a string that take_string() took, in UTF-8. False for half of a surrogate pair.
bool unescape(std::string_view raw, std::string& out);

inline bool has_any_byte_of_interest(std::uint64_t bytes) { // a quote, a backslash, a control, or not ASCII
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t high = ones * 0x80;
    const std::uint64_t quote = bytes ^ ones * '"';
    const std::uint64_t backslash = bytes ^ ones * '\\';
    return (((quote - ones) & ~quote) | ((backslash - ones) & ~backslash) | ((bytes - ones * 0x20) & ~bytes) | bytes) &
           high;
}

inline bool JsonScan::take_string(std::string_view& raw, bool& plain) {
    if (!take('"')) return false;
    const char* const start = at_;
    plain = true;
    bool ascii = true;
    for (;;) {
        while (end_ - at_ >= 8) {
            std::uint64_t bytes;
            std::memcpy(&bytes, at_, 8);
            if (has_any_byte_of_interest(bytes)) break;
            at_ += 8;
        }
        while (at_ < end_ && static_cast<unsigned char>(*at_) >= 0x20 && *at_ != '"' && *at_ != '\\') {
            ascii &= static_cast<signed char>(*at_) >= 0;
            ++at_;
            if (ascii && (at_ - start) % 8 == 0 && end_ - at_ >= 8) break;
        }
        if (at_ == end_ || static_cast<unsigned char>(*at_) < 0x20) return false;
        if (*at_ == '"') break;
        if (*at_ != '\\') continue;
        plain = false;
        if (end_ - at_ < 2) return false;
        const char escape = at_[1];
        if (escape == 'u') {
            if (end_ - at_ < 6) return false;
            for (int digit = 2; digit < 6; ++digit) {
                const char c = at_[digit];
                const char lower = static_cast<char>(c | 0x20);
                if (!((c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f'))) return false;
            }
            at_ += 6;
        } else if (escape != '\0' && std::strchr("\"\\/bfnrt", escape)) {
            at_ += 2;
        } else {
            return false;
        }
    }
    raw = {start, static_cast<std::size_t>(at_ - start)};
    if (!ascii && valid_utf8_prefix(raw) != raw.size()) return false;
    ++at_;
    return true;
}

} // namespace layer_cake::codec
