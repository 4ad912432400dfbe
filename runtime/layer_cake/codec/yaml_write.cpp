#include <algorithm>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/codec/yaml_scalar.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/utf8.hpp>

namespace layer_cake::codec {
namespace {

constexpr std::size_t widest = 100;      ///< columns a flow collection may reach
constexpr std::size_t most_in_flow = 4;  ///< members of a mapping on one line
constexpr std::size_t longest_key = 256; ///< readers stop looking for the colon of a longer one at 1024

/// In double quotes, the one style that can hold anything.
void append_quoted(std::string& out, std::string_view text) {
    constexpr char digits[] = "0123456789abcdef";
    out += '"';
    while (!text.empty()) {
        const auto point = first_code_point(text);
        const auto taken = text.substr(0, std::max<std::size_t>(point.size, 1));
        text.remove_prefix(taken.size());
        if (point.size == 0) {
            out += "\xef\xbf\xbd";
        } else if (point.value == '"' || point.value == '\\') {
            (out += '\\') += taken;
        } else if (point.value == '\n') {
            out += "\\n";
        } else if (point.value == '\t') {
            out += "\\t";
        } else if (point.value < 0x20 || (point.value >= 0x7f && point.value < 0xa0)) {
            out += "\\x";
            out += digits[point.value >> 4];
            out += digits[point.value & 15];
        } else if (point.value == 0x2028 || point.value == 0x2029 || point.value == 0xfeff) {
            out += point.value == 0x2028 ? "\\u2028" : point.value == 0x2029 ? "\\u2029" : "\\ufeff";
        } else {
            out += taken;
        }
    }
    out += '"';
}

void append_text(std::string& out, std::string_view text) {
    if (plain_is_safe(text))
        out += text;
    else
        append_quoted(out, text);
}

bool is_collection(const Value& value) {
    return (value.array() && !value.array()->empty()) || (value.object() && !value.object()->empty());
}

/// Several lines that a person would rather see as lines: printable, none ending in a space, ending in one newline or
/// none.
bool fits_literal(std::string_view text) {
    const auto newline = text.find('\n');
    if (newline == std::string_view::npos || newline == 0 || newline + 1 == text.size()) return false;
    if (text.front() == ' ' || text.front() == '\t' || valid_utf8_prefix(text) != text.size()) return false;
    const auto body = text.back() == '\n' ? text.substr(0, text.size() - 1) : text;
    for (std::size_t i = 0; i < body.size(); ++i) {
        const auto byte = static_cast<unsigned char>(body[i]);
        if (byte == '\n') {
            if (body[i - 1] == ' ' || body[i - 1] == '\t') return false;
            if (i + 1 < body.size() && body[i + 1] == '\t') return false;
        } else if ((byte < 0x20 && byte != '\t') || byte == 0x7f || byte >= 0x80) {
            return false;
        }
    }
    return body.back() != '\n' && body.back() != ' ' && body.back() != '\t';
}

class Writer {
public:
    std::string write(const Value& value) {
        if (is_collection(value))
            block(value, 0);
        else
            (inline_value(value), out_ += '\n');
        return std::move(out_);
    }

private:
    /// A collection in block style; the cursor is at the start of a line or behind `- `.
    void block(const Value& value, std::size_t indent) {
        bool first = true;
        if (const auto* items = value.array()) {
            for (const auto& item : *items) {
                margin(indent, first);
                out_ += '-';
                after_marker(item, indent);
            }
            return;
        }
        for (const auto& member : *value.object()) {
            margin(indent, first);
            if (member.name.size() > longest_key) {
                out_ += "? ";
                append_quoted(out_, member.name);
                out_ += '\n';
                out_.append(indent, ' ');
            } else {
                append_text(out_, member.name);
            }
            out_ += ':';
            after_marker(member.value, indent, true);
        }
    }

    /// What follows `-` or `key:`, newline included.
    void after_marker(const Value& value, std::size_t indent, bool keyed = false) {
        if (!is_collection(value)) {
            out_ += ' ';
            if (value.string() && fits_literal(*value.string()))
                literal(*value.string(), indent + 2);
            else
                inline_value(value);
            out_ += '\n';
            return;
        }
        std::string flow;
        if (flow_form(value, flow) && column() + 1 + display_width(flow) <= widest) {
            (out_ += ' ') += flow;
            out_ += '\n';
            return;
        }
        if (keyed) {
            out_ += '\n';
            fresh_line_ = true;
        } else {
            out_ += ' ';
            fresh_line_ = false;
        }
        block(value, indent + 2);
    }

    void margin(std::size_t indent, bool& first) {
        if (!first || fresh_line_) out_.append(indent, ' ');
        first = false;
        fresh_line_ = true;
    }

    std::size_t column() const { return out_.size() - (out_.rfind('\n') + 1); }

    void inline_value(const Value& value) {
        if (const auto* text = value.string())
            append_text(out_, *text);
        else if (value.array())
            out_ += "[]";
        else if (value.object())
            out_ += "{}";
        else
            out_ += value.is_null() ? "null" : *value.scalar_text();
    }

    void literal(std::string_view text, std::size_t indent) {
        out_ += '|';
        if (text.back() != '\n')
            out_ += '-';
        else
            text.remove_suffix(1);
        while (!text.empty()) {
            const auto end = text.find('\n');
            const auto line = text.substr(0, end);
            out_ += '\n';
            if (!line.empty()) (out_.append(indent, ' ')) += line;
            if (end == std::string_view::npos) break;
            text.remove_prefix(end + 1);
        }
    }

    /// The one-line form of a collection of scalars, when it has one.
    static bool flow_form(const Value& value, std::string& out) {
        Writer line;
        bool first = true;
        const auto add = [&](const Value& one) {
            if (is_collection(one) || (one.string() && one.string()->find('\n') != std::string::npos)) return false;
            line.inline_value(one);
            return line.out_.size() <= 4 * widest;
        };
        line.out_ += value.array() ? '[' : '{';
        if (const auto* items = value.array()) {
            for (const auto& item : *items) {
                if (!std::exchange(first, false)) line.out_ += ", ";
                if (!add(item)) return false;
            }
            line.out_ += ']';
        } else {
            if (value.object()->size() > most_in_flow) return false;
            for (const auto& member : *value.object()) {
                if (!std::exchange(first, false)) line.out_ += ", ";
                if (member.name.size() > longest_key) return false;
                append_text(line.out_, member.name);
                line.out_ += ": ";
                if (!add(member.value)) return false;
            }
            line.out_ += '}';
        }
        out = std::move(line.out_);
        return true;
    }

    std::string out_;
    bool fresh_line_ = false; ///< the cursor is at the start of a line
};

} // namespace

std::string write_yaml(const Value& value) {
    return Writer().write(value);
}

} // namespace layer_cake::codec
