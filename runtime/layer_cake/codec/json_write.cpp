#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/number_text.hpp>
#include <layer_cake/core/utf8.hpp>

namespace layer_cake::codec {
namespace {

void append_escape(std::string& out, unsigned char byte) {
    constexpr char digits[] = "0123456789abcdef";
    switch (byte) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\b':
        out += "\\b";
        return;
    case '\f':
        out += "\\f";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        out += "\\u00";
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
}

class Writer {
public:
    Writer(std::string& out, Layout layout) : out_(out), indented_(layout == Layout::indented) {}

    void write(const Value& value) {
        switch (value.kind()) {
        case Value::Kind::null:
            out_ += "null";
            break;
        case Value::Kind::boolean:
            out_ += *value.boolean() ? "true" : "false";
            break;
        case Value::Kind::number:
            out_ += json_number(*value.scalar_text());
            break;
        case Value::Kind::string:
            append_json_string(out_, *value.string());
            break;
        case Value::Kind::array:
            list('[', *value.array(), ']', [this](const Value& item) { write(item); });
            break;
        case Value::Kind::object:
            list('{', *value.object(), '}', [this](const Member& member) {
                append_json_string(out_, member.name);
                out_ += indented_ ? ": " : ":";
                write(member.value);
            });
            break;
        }
    }

private:
    template <class Items, class One>
    void list(char open, const Items& items, char close, One one) {
        out_ += open;
        ++level_;
        bool first = true;
        for (const auto& item : items) {
            if (!first) out_ += ',';
            first = false;
            line();
            one(item);
        }
        --level_;
        if (!first) line();
        out_ += close;
    }

    void line() {
        if (!indented_) return;
        out_ += '\n';
        out_.append(level_ * 4, ' ');
    }

    std::string& out_;
    bool indented_;
    std::size_t level_ = 0;
};

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t from = 0; // start of what is copied as it is
    std::size_t at = 0;
    while (at < text.size()) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\') {
            ++at;
            continue;
        }
        const auto size = byte < 0x80 ? 0 : first_code_point(text.substr(at)).size;
        if (size != 0) {
            at += size;
            continue;
        }
        out += text.substr(from, at - from);
        if (byte < 0x80)
            append_escape(out, byte);
        else
            out += "\xef\xbf\xbd";
        from = ++at;
    }
    out += text.substr(from);
    out += '"';
}

std::string write_json(const Value& value, Layout layout) {
    std::string out;
    Writer(out, layout).write(value);
    return out;
}

} // namespace layer_cake::codec
