#include <charconv>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/json_scan.hpp>
#include <layer_cake/net/frame_header.hpp>
#include <string>

namespace layer_cake::net {
namespace {

using codec::JsonScan;

constexpr int deepest = 64; ///< nesting of members that mean nothing here

tl::unexpected<Error> wrong(const char* what) {
    return fail(Fault::invalid, what);
}

bool read_integer(JsonScan& scan, std::int64_t& number) {
    scan.peek();
    const auto [end, error] = std::from_chars(scan.at(), scan.end(), number);
    if (error != std::errc() || end == scan.at()) return false;
    // `-0`, `007` and `1.0` are none; the character that follows is looked at by the caller.
    const char* const digits = *scan.at() == '-' ? scan.at() + 1 : scan.at();
    if (*digits == '0' && (end - digits > 1 || digits != scan.at())) return false;
    scan.go(end);
    return true;
}

bool read_numbers(JsonScan& scan, Numbers& numbers) {
    numbers.clear();
    if (!scan.take('[')) return false;
    if (scan.take(']')) return true;
    do {
        std::int64_t number = 0;
        if (!read_integer(scan, number) || !numbers.push(number)) return false;
    } while (scan.take(','));
    return scan.take(']');
}

/// Takes `{"name":value,...}`, `member(name)` taking each value.
template <class Member>
bool read_object(JsonScan& scan, Member member) {
    if (!scan.take('{')) return false;
    if (scan.take('}')) return true;
    std::string unescaped;
    do {
        std::string_view name;
        bool plain = true;
        scan.peek();
        if (!scan.take_string(name, plain)) return false;
        if (!plain) {
            unescaped.clear();
            if (!codec::unescape(name, unescaped)) return false;
            name = unescaped;
        }
        if (!scan.take(':') || !member(name)) return false;
    } while (scan.take(','));
    return scan.take('}');
}

bool read_flag(JsonScan& scan, bool& flag) {
    scan.peek();
    flag = scan.take_word("true");
    return flag || scan.take_word("false") || scan.take_word("null");
}

void write_numbers(codec::TextBuffer& out, const Numbers& numbers) {
    char* at = out.need(numbers.size() * 21 + 2);
    *at++ = '[';
    for (const auto number : numbers.view()) {
        at = std::to_chars(at, at + 20, number).ptr;
        *at++ = ',';
    }
    if (!numbers.empty()) --at;
    *at++ = ']';
    out.end(at);
}

} // namespace

void write_header(codec::TextBuffer& out, const FrameHeader& header) {
    out.put("{\"value\":{\"to_address\":");
    write_numbers(out, header.to);
    out.put(",\"return_address\":");
    write_numbers(out, header.from);
    out.put(header.tunnel ? ",\"tunnel\":true" : ",\"tunnel\":false");
    if (header.ours) out.put(",\"layer_cake\":1");
    if (header.within > 0) {
        out.put(",\"within\":");
        char* const at = out.need(20);
        out.end(std::to_chars(at, at + 20, header.within).ptr);
    }
    out.put("}}");
}

Result<void> read_header(std::string_view text, FrameHeader& header) {
    header.to.clear();
    header.from.clear();
    header.tunnel = header.ours = false;
    header.within = 0;
    JsonScan scan(text);
    bool has_value = false, has_to = false, has_from = false;
    const auto member = [&](std::string_view name) {
        if (name == "to_address") return has_to = read_numbers(scan, header.to);
        if (name == "return_address") return has_from = read_numbers(scan, header.from);
        if (name == "tunnel") return read_flag(scan, header.tunnel);
        std::int64_t number = 0;
        if (name == "layer_cake" || name == "within") {
            const char* const before = scan.at();
            if (read_integer(scan, number) && (scan.peek() == ',' || scan.peek() == '}')) {
                if (name == "within") header.within = number > 0 ? number : 0;
                if (name == "layer_cake") header.ours = number >= 1;
                return true;
            }
            scan.go(before); // somebody else's
        }
        return scan.skip_value(deepest, true);
    };
    const bool whole = read_object(scan, [&](std::string_view name) {
        if (name != "value") return scan.skip_value(deepest, true);
        return has_value = read_object(scan, member);
    });
    if (!whole || !scan.at_end() || !has_value) return wrong("the header is not the JSON of one");
    if (!has_to || !has_from) return wrong("the header lacks an address");
    if (header.from.empty()) return wrong("the header has an empty return address");
    return ok();
}

void write_book_entry(codec::TextBuffer& out, bool first, std::string_view key, const Numbers& numbers) {
    std::string quoted;
    codec::append_json_string(quoted, key);
    out.put(first ? "[" : ",[");
    out.put(quoted);
    out.put(',');
    write_numbers(out, numbers);
    out.put(']');
}

Result<void> read_book(std::string_view text, const Crossing& crossing, codec::AddressBook& book,
                       bool (*known)(void* context, const type::Address& address), void* context) {
    constexpr std::string_view empty = "{\"value\":[]}";
    if (text == empty) return ok();
    JsonScan scan(text);
    Numbers numbers;
    const auto entry = [&] {
        std::string_view raw;
        bool plain = true;
        if (!scan.take('[')) return false;
        scan.peek();
        if (!scan.take_string(raw, plain)) return false;
        std::string key;
        if (plain)
            key = raw;
        else if (!codec::unescape(raw, key))
            return false;
        if (!scan.take(',')) return false;
        type::Address address;
        scan.peek();
        if (!scan.take_word("null")) {
            if (!read_numbers(scan, numbers) || numbers.empty()) return false;
            address = from_wire(numbers.view(), crossing);
            if (comes_home(numbers.view()) && !known(context, address)) address = {};
        }
        book.add(std::move(key), std::move(address));
        return scan.take(']');
    };
    bool has_value = false;
    const bool whole = read_object(scan, [&](std::string_view name) {
        if (name != "value") return scan.skip_value(deepest, true);
        has_value = true;
        if (!scan.take('[')) return false;
        if (scan.take(']')) return true;
        do {
            if (!entry()) return false;
        } while (scan.take(','));
        return scan.take(']');
    });
    if (!whole || !scan.at_end() || !has_value) return wrong("the address book is not the JSON of one");
    return ok();
}

} // namespace layer_cake::net
