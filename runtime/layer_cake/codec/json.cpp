#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/number_text.hpp>
#include <layer_cake/codec/unique_names.hpp>
#include <layer_cake/core/text.hpp>
#include <simdjson.h>

namespace layer_cake::codec {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int deepest = 64;
constexpr std::size_t largest = 16u << 20;

/// Thrown within this file only: simdjson's own errors travel the same way.
struct Refused {
    std::string rule;
};

std::string_view rule_of(simdjson::error_code code) {
    switch (code) {
    case simdjson::UTF8_ERROR:
        return "it is not UTF-8";
    case simdjson::STRING_ERROR:
        return "a string has a wrong escape";
    case simdjson::UNESCAPED_CHARS:
        return "a string holds an unescaped control character";
    case simdjson::UNCLOSED_STRING:
        return "a string has no end";
    case simdjson::EMPTY:
        return "it is empty";
    case simdjson::MEMALLOC:
        return "there is not enough memory to read it";
    case simdjson::DEPTH_ERROR:
        return "it is nested too deeply";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
        return "a list or an object has no end";
    default:
        return "the syntax is wrong";
    }
}

void check(simdjson::error_code code) {
    if (code != simdjson::SUCCESS) throw Refused{std::string(rule_of(code))};
}

template <class T>
T take(simdjson::simdjson_result<T> result) {
    check(result.error());
    return std::move(result).value_unsafe();
}

std::string_view trimmed(std::string_view token) {
    while (!token.empty() &&
           (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t'))
        token.remove_suffix(1);
    return token;
}

/// simdjson checks a scalar only as far as it is asked for; the token itself leaves no doubt.
Value scalar(std::string_view token) {
    token = trimmed(token);
    if (token == "null") return {};
    if (token == "true") return true;
    if (token == "false") return false;
    if (!is_json_number(token))
        throw Refused{fmt::format("wanted a value, found \"{}\"", terminal_safe(token.substr(0, 24)))};
    return Number{std::string(token)};
}

template <class Source>
Value read(Source& source, int depth);

Value read_array(ondemand::array items, int depth) {
    Array array;
    for (auto item : items) {
        auto value = take(std::move(item));
        array.push_back(read(value, depth));
    }
    return array;
}

Value read_object(ondemand::object fields, int depth) {
    Object object;
    for (auto each : fields) {
        check(each.error());
        auto field = std::move(each).value_unsafe();
        const std::string name(take(field.unescaped_key()));
        auto value = field.value();
        object.emplace_back(name, read(value, depth));
    }
    if (const auto* twice = repeated_name(object))
        throw Refused{fmt::format("the name \"{}\" is there twice", terminal_safe(twice->name.substr(0, 64)))};
    return object;
}

template <class Source>
Value read(Source& source, int depth) {
    switch (take(source.type())) {
    case ondemand::json_type::array:
        if (depth == 0) throw Refused{fmt::format("it is nested deeper than {} levels", deepest)};
        return read_array(take(source.get_array()), depth - 1);
    case ondemand::json_type::object:
        if (depth == 0) throw Refused{fmt::format("it is nested deeper than {} levels", deepest)};
        return read_object(take(source.get_object()), depth - 1);
    case ondemand::json_type::string:
        return std::string(take(source.get_string()));
    default:
        return scalar(take(simdjson::simdjson_result<std::string_view>(source.raw_json_token())));
    }
}

/// A list or an object has moved the document behind itself; a scalar is asked for its token again, which
/// reaches to the next one or to the end.
void check_nothing_follows(ondemand::document& document, const Value& value, const simdjson::padded_string& text) {
    bool at_end = false;
    if (value.array() || value.object()) {
        at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
    } else {
        document.rewind();
        const auto token = take(document.raw_json_token());
        at_end = token.data() + token.size() == text.data() + text.size();
    }
    if (!at_end) throw Refused{"there is more after the value"};
}

std::string place(ondemand::document& document, std::string_view text, const char* start) {
    const char* at = nullptr;
    if (document.current_location().get(at) != simdjson::SUCCESS || at < start || at > start + text.size()) return {};
    const auto before = text.substr(0, static_cast<std::size_t>(at - start));
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = before.size() - (before.rfind('\n') + 1) + 1; // npos + 1 is 0
    return fmt::format(" near line {}, column {}", line, column);
}

} // namespace

Result<Value> parse_json(std::string_view text) {
    if (text.size() > largest) return fail(Fault::invalid, "bad JSON: it is larger than 16 MiB");
    const simdjson::padded_string padded(text);
    ondemand::parser parser;
    ondemand::document document;
    bool begun = false;
    try {
        check(parser.iterate(padded).get(document));
        begun = true;
        auto value = read(document, deepest);
        check_nothing_follows(document, value, padded);
        return value;
    } catch (const Refused& refused) {
        const auto where = begun ? place(document, text, padded.data()) : std::string();
        return fail(Fault::invalid, fmt::format("bad JSON{}: {}", where, refused.rule));
    } catch (const simdjson::simdjson_error& error) {
        return fail(Fault::invalid, fmt::format("bad JSON: {}", rule_of(error.error())));
    } catch (const std::bad_alloc&) {
        return fail(Fault::invalid, "bad JSON: there is not enough memory to read it");
    }
}

} // namespace layer_cake::codec
