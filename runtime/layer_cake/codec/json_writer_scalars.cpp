#include <fmt/format.h>
#include <layer_cake/codec/base64.hpp>
#include <layer_cake/codec/json_scan.hpp>
#include <layer_cake/codec/json_writer.hpp>
#include <layer_cake/codec/moment_text.hpp>

namespace layer_cake::codec {

using type::Info;
using type::Kind;

namespace {

constexpr char hexadecimal[] = "0123456789abcdef";

bool is_plain(unsigned char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

char* write_unit(char* to, std::uint32_t unit) {
    *to++ = '\\';
    *to++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4)
        *to++ = hexadecimal[unit >> shift & 15];
    return to;
}

char* write_escape(char* to, std::uint32_t point) {
    const char* const letters = "\"\"\\\\\bb\ff\nn\rr\tt"; // each with its escape
    for (const char* at = letters; *at != '\0'; at += 2)
        if (point == static_cast<unsigned char>(*at)) {
            *to++ = '\\';
            *to++ = at[1];
            return to;
        }
    if (point < 0x10000) return write_unit(to, point);
    point -= 0x10000;
    return write_unit(write_unit(to, 0xd800 + (point >> 10)), 0xdc00 + (point & 0x3ff));
}

template <class T>
T load(const void* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

} // namespace

void append_ascii_string(TextBuffer& out, std::string_view text) {
    out.put('"');
    while (!text.empty()) {
        std::size_t plain = 0;
        while (text.size() - plain >= 8) {
            const auto bytes = load<std::uint64_t>(text.data() + plain);
            const std::uint64_t deleted = bytes ^ 0x7f7f7f7f7f7f7f7f;
            if (has_any_byte_of_interest(bytes) ||
                ((deleted - 0x0101010101010101) & ~deleted & 0x8080808080808080) != 0)
                break;
            plain += 8;
        }
        while (plain < text.size() && is_plain(static_cast<unsigned char>(text[plain])))
            ++plain;
        out.put(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        const auto point = first_code_point(text);
        out.end(write_escape(out.need(12), point.size == 0 ? 0xfffd : static_cast<std::uint32_t>(point.value)));
        text.remove_prefix(point.size == 0 ? 1 : point.size);
    }
    out.put('"');
}

void JsonWriter::write_latin1(std::string_view bytes) {
    out_->put('"');
    char* to = out_->need(bytes.size() * 6 + 1);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_plain(byte))
            *to++ = c;
        else
            to = write_escape(to, byte);
    }
    *to++ = '"';
    out_->end(to);
}

bool JsonWriter::write_enumeration(const Info& info, const void* value) {
    const auto number = info.number_of(value);
    for (const auto& enumerator : info.enumerators())
        if (enumerator.value == number) return append_ascii_string(*out_, enumerator.name), true;
    return refuse(fmt::format("{} has no name for {}", info.signature(), number));
}

void JsonWriter::write_numbers(const type::Address& address) {
    out_->put('[');
    bool first = true;
    for (const auto number : address.list()) {
        if (!first) out_->put(',');
        first = false;
        out_->end(write_integer(out_->need(integer_text_room), number));
    }
    out_->put(']');
}

void JsonWriter::write_address(const type::Address& address) {
    if (!address) return out_->put("null");
    if (!how_.book) return write_numbers(address);
    auto key = fmt::format("{}:{}", unique(), keys_++);
    append_ascii_string(*out_, key);
    how_.book->add(std::move(key), address);
}

bool JsonWriter::write_scalar(const Info& info, const void* value) {
    char* const to = out_->need(float_text_room);
    switch (info.kind) {
    case Kind::boolean:
        out_->put(*static_cast<const bool*>(value) ? "true" : "false");
        return true;
    case Kind::byte:
    case Kind::unsigned1:
        out_->end(write_unsigned(to, load<std::uint8_t>(value)));
        return true;
    case Kind::unsigned2:
        out_->end(write_unsigned(to, load<std::uint16_t>(value)));
        return true;
    case Kind::unsigned4:
        out_->end(write_unsigned(to, load<std::uint32_t>(value)));
        return true;
    case Kind::unsigned8:
        out_->end(write_unsigned(to, load<std::uint64_t>(value)));
        return true;
    case Kind::integer1:
        out_->end(write_integer(to, load<std::int8_t>(value)));
        return true;
    case Kind::integer2:
        out_->end(write_integer(to, load<std::int16_t>(value)));
        return true;
    case Kind::integer4:
        out_->end(write_integer(to, load<std::int32_t>(value)));
        return true;
    case Kind::integer8:
        out_->end(write_integer(to, load<std::int64_t>(value)));
        return true;
    case Kind::float4:
        out_->end(write_float4(to, *static_cast<const float*>(value)));
        return true;
    case Kind::float8:
        out_->end(write_float8(to, *static_cast<const double*>(value)));
        return true;
    default:
        return write_text_of(info, value);
    }
}

bool JsonWriter::write_text_of(const Info& info, const void* value) {
    const auto quoted = [this](std::string_view text) {
        out_->put('"');
        out_->put(text);
        out_->put('"');
        return true;
    };
    switch (info.kind) {
    case Kind::unicode:
        append_ascii_string(*out_, *static_cast<const std::string*>(value));
        return true;
    case Kind::string:
        write_latin1(static_cast<const type::ByteString*>(value)->bytes);
        return true;
    case Kind::character:
        write_latin1({static_cast<const char*>(value), 1});
        return true;
    case Kind::rune: {
        const auto point = static_cast<std::uint32_t>(*static_cast<const char32_t*>(value));
        if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
            return refuse(fmt::format("{:#x} is no code point", point));
        out_->put('"');
        if (point < 0x80 && is_plain(static_cast<unsigned char>(point)))
            out_->put(static_cast<char>(point));
        else
            out_->end(write_escape(out_->need(12), point));
        out_->put('"');
        return true;
    }
    case Kind::block:
        out_->put('"');
        append_base64(*out_, *static_cast<const type::Block*>(value));
        out_->put('"');
        return true;
    case Kind::clock: {
        const auto text = clock_text(*static_cast<const type::ClockTime*>(value));
        return text ? quoted(*text) : refuse("a clock time before 1970 has no text");
    }
    case Kind::span:
        return quoted(span_text(*static_cast<const Duration*>(value)));
    case Kind::world: {
        const auto text = world_text(*static_cast<const WallTime*>(value));
        return text ? quoted(*text) : refuse("the moment has no text");
    }
    case Kind::delta:
        return quoted(delta_text(*static_cast<const type::TimeDelta*>(value)));
    case Kind::uuid:
        return quoted(type::format_uuid(*static_cast<const type::Uuid*>(value)));
    case Kind::type: {
        const auto& name = static_cast<const type::TypeName*>(value)->name;
        if (name.empty())
            out_->put("null");
        else
            append_ascii_string(*out_, name);
        return true;
    }
    case Kind::address:
        write_address(*static_cast<const type::Address*>(value));
        return true;
    case Kind::target:
        write_numbers(static_cast<const type::Target*>(value)->address);
        return true;
    case Kind::word: {
        const auto& json = static_cast<const type::Word*>(value)->json;
        JsonScan scan(json);
        if (!scan.skip_value(depth_, true) || !scan.at_end()) return refuse("a word is not JSON");
        out_->put(json);
        return true;
    }
    default:
        return refuse("no value of " + info.signature() + " has a text");
    }
}

} // namespace layer_cake::codec
