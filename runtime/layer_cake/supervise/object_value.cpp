#include <algorithm>
#include <cfloat>
#include <cmath>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/process/program_note.hpp>
#include <layer_cake/supervise/object_value.hpp>

namespace layer_cake::supervise {
namespace {

using codec::Array;
using codec::Number;
using codec::Object;
using codec::Value;

std::string_view kind_of(const Value& type) {
    if (const auto* scalar = type.string()) return *scalar;
    const auto* object = type.object();
    return object && !object->empty() ? std::string_view(object->front().name) : "any";
}

const Value& part_of(const Value& type) {
    return type.object()->front().value;
}

/// Scalars that are written as texts.
const type::Info* text_info(std::string_view kind) {
    if (kind == "unicode") return &type::info_of<std::string>();
    if (kind == "string") return &type::info_of<type::ByteString>();
    if (kind == "character") return &type::info_of<char>();
    if (kind == "rune") return &type::info_of<char32_t>();
    if (kind == "block") return &type::info_of<type::Block>();
    if (kind == "clock") return &type::info_of<type::ClockTime>();
    if (kind == "span") return &type::info_of<Duration>();
    if (kind == "world") return &type::info_of<WallTime>();
    if (kind == "delta") return &type::info_of<type::TimeDelta>();
    if (kind == "uuid") return &type::info_of<type::Uuid>();
    return nullptr;
}

/// As the program's own codec takes it.
bool reads_as(const type::Info& info, const Value& value) {
    if (info.kind == type::Kind::unicode) return true;
    auto whole = type::Any::make(info);
    codec::JsonReading how;
    how.wrap = codec::Wrap::none;
    return codec::read_json(codec::write_json(value), info, whole.value(), how).has_value();
}

bool is_number_kind(std::string_view kind) {
    return kind == "byte" || kind.starts_with("integer") || kind.starts_with("unsigned") || kind.starts_with("float");
}

} // namespace

bool can_be_sent(const Value& type) {
    const auto kind = kind_of(type);
    if (type.string()) return kind == "boolean" || is_number_kind(kind) || text_info(kind);
    if (kind == "enumeration") return true;
    if (kind == "message") {
        const auto* members = type.find("members");
        return members && members->object() &&
               std::all_of(members->object()->begin(), members->object()->end(),
                           [](const auto& member) { return can_be_sent(member.value); });
    }
    if (kind == "map") return can_be_sent(*type.find("key")) && can_be_sent(part_of(type));
    const bool list = kind == "optional" || kind == "array" || kind == "vector" || kind == "deque" || kind == "set";
    return list && can_be_sent(part_of(type));
}

Value field_value(const Value& type, std::string text) {
    const auto kind = kind_of(type);
    if (kind == "optional") return field_value(part_of(type), std::move(text));
    if (kind != "enumeration" && !(type.string() && text_info(kind)))
        if (auto value = codec::parse_json(text)) return std::move(*value);
    return Value(std::move(text));
}

bool ObjectValue::refuse(const Value& type, const Value& value, const std::string& path) {
    auto shown = codec::write_json(value);
    if (shown.size() > 60) shown = shown.substr(0, 57) + "...";
    problem_ = fmt::format("no conversion for \"{}\" (expected {}, found {})", path, process::type_text(type), shown);
    return false;
}

bool ObjectValue::convert(const Value& type, Value& value, const std::string& path) {
    const auto kind = kind_of(type);
    if (kind == "optional") return value.is_null() || convert(part_of(type), value, path);
    if (value.is_null()) return refuse(type, value, path);
    if (type.string() || kind == "enumeration") return convert_scalar(type, value, path);
    if (kind == "message") return convert_message(type, value, path);
    if (kind == "map") return convert_map(type, value, path);
    return convert_list(type, value, path);
}

bool ObjectValue::convert_scalar(const Value& type, Value& value, const std::string& path) {
    const auto kind = kind_of(type);
    if (const auto* info = type.string() ? text_info(kind) : nullptr)
        return (value.string() && reads_as(*info, value)) || refuse(type, value, path);
    if (is_number_kind(kind) && value.kind() != Value::Kind::number) return refuse(type, value, path);
    std::vector<process::WrongSetting> wrong;
    process::check_value(type, value, "", wrong);
    if (!wrong.empty()) return refuse(type, value, path);
    if (!is_number_kind(kind)) return true;
    const auto whole = value.integer();
    if (!kind.starts_with("float")) {
        if (whole) value = *whole; // `-0` as 0
        return true;
    }
    const auto number = value.real();
    if (!number || !std::isfinite(*number) || (kind == "float4" && std::abs(*number) > FLT_MAX))
        return refuse(type, value, path);
    auto text = value.scalar_text().value_or("0");
    if (text.find_first_of(".eE") == std::string::npos) value = Number{text + ".0"};
    return true;
}

bool ObjectValue::convert_message(const Value& type, Value& value, const std::string& path) {
    auto* given = value.object();
    if (!given) return refuse(type, value, path);
    const auto name = process::type_text(type);
    if (most_messages_ == 0) {
        problem_ = fmt::format("too many messages \"{}\" within one", name);
        return false;
    }
    --most_messages_;
    const auto& members = *type.find("members");
    std::erase_if(*given, [&](const auto& member) { return member.value.is_null() && members.find(member.name); });
    for (auto& member : *given) {
        const auto* wanted = members.find(member.name);
        if (!wanted) {
            std::vector<std::string_view> names;
            for (const auto& known : *members.object())
                names.push_back(known.name);
            problem_ = fmt::format("unknown field \"{}\" in \"{}\"{}", terminal_safe(member.name.substr(0, 80)), name,
                                   suggestion(member.name, names));
            return false;
        }
        if (!convert(*wanted, member.value, path.empty() ? member.name : path + "." + member.name)) return false;
    }
    return true;
}

bool ObjectValue::convert_map(const Value& type, Value& value, const std::string& path) {
    const auto& key = *type.find("key");
    if (auto* mapping = value.object(); mapping && kind_of(key) == "unicode") {
        Array pairs;
        for (auto& member : *mapping)
            pairs.emplace_back(Array{std::move(member.name), std::move(member.value)});
        value = std::move(pairs);
    }
    auto* pairs = value.array();
    if (!pairs) return refuse(type, value, path);
    for (std::size_t i = 0; i < pairs->size(); ++i) {
        auto* pair = (*pairs)[i].array();
        const auto place = fmt::format("{}[{}]", path, i);
        if (!pair || pair->size() != 2) return refuse(type, (*pairs)[i], place);
        if (!convert(key, pair->front(), place) || !convert(part_of(type), pair->back(), place)) return false;
    }
    return true;
}

bool ObjectValue::convert_list(const Value& type, Value& value, const std::string& path) {
    auto* list = value.array();
    if (!list) return refuse(type, value, path);
    if (const auto* length = type.find("length"))
        if (static_cast<std::size_t>(length->integer().value_or(0)) != list->size()) return refuse(type, value, path);
    for (std::size_t i = 0; i < list->size(); ++i)
        if (!convert(part_of(type), (*list)[i], fmt::format("{}[{}]", path, i))) return false;
    return true;
}

} // namespace layer_cake::supervise
