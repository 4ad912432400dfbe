#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/moment_text.hpp>
#include <layer_cake/codec/other_words.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/process/program_note.hpp>
#include <limits>

namespace layer_cake::process {
namespace {

using codec::Value;
using Wrong = std::vector<WrongSetting>;

/// The kind of a type in a note, and what it is built of.
struct Node {
    std::string_view kind;
    const Value* part = nullptr; ///< the element, or the name
};

Node node_of(const Value& type) {
    if (const auto* scalar = type.string()) return {*scalar};
    if (const auto* object = type.object(); object && !object->empty())
        return {object->front().name, &object->front().value};
    return {"any"};
}

std::string shown(const Value& value) {
    auto text = codec::write_json(value);
    if (text.size() > 60) text = text.substr(0, 57) + "...";
    return text;
}

bool integer_fits(std::string_view kind, const Value& value) {
    const auto number = value.integer();
    const auto bits = (kind.back() - '0') * 8;
    if (kind.starts_with("unsigned")) {
        if (!number) {
            const auto text = value.scalar_text();
            return kind == "unsigned8" && text && !text->empty() && text->size() <= 20 &&
                   text->find_first_not_of("0123456789") == std::string::npos &&
                   (text->size() < 20 || *text <= "18446744073709551615");
        }
        return *number >= 0 && (bits == 64 || *number < std::int64_t(1) << bits);
    }
    if (!number) return false;
    return bits == 64 || (*number >= -(std::int64_t(1) << (bits - 1)) && *number < std::int64_t(1) << (bits - 1));
}

bool is_base64(std::string_view text) {
    const auto body = text.substr(0, text.find('='));
    return text.size() % 4 == 0 && text.size() - body.size() <= 2 && std::all_of(body.begin(), body.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
                      c == '/';
           });
}

bool scalar_fits(std::string_view kind, const Value& value) {
    const auto* text = value.string();
    if (kind == "any" || kind == "word") return true;
    if (kind == "boolean") return value.boolean().has_value();
    if (kind.starts_with("float")) return value.real().has_value();
    if (kind == "byte") return value.integer() && *value.integer() >= 0 && *value.integer() < 256;
    if (kind.starts_with("integer") || kind.starts_with("unsigned")) return integer_fits(kind, value);
    if (kind == "address" || kind == "target") return value.array() != nullptr;
    if (!text) return false;
    if (kind == "span") return codec::parse_span_text(*text).has_value();
    if (kind == "clock") return codec::parse_clock(*text).has_value();
    if (kind == "world") return codec::parse_world(*text).has_value();
    if (kind == "delta") return codec::parse_delta(*text).has_value();
    if (kind == "uuid") return text->size() == 36;
    if (kind == "block") return is_base64(*text);
    return true; // unicode, string, rune, character, type: the program's codec says the rest
}

void check_members(const Value& type, const Value& value, const std::string& path, Wrong& wrong) {
    const auto* members = type.find("members");
    if (!members) return; // the inside of itself: left to the program
    std::vector<std::string_view> names;
    for (const auto& member : *members->object())
        names.push_back(member.name);
    for (const auto& given : *value.object()) {
        const auto* wanted = members->find(given.name);
        if (wanted)
            check_value(*wanted, given.value, path + "." + given.name, wrong);
        else
            wrong.push_back(
                {given.mark, fmt::format("{}: no setting \"{}\"{}", path, given.name, suggestion(given.name, names))});
    }
}

void check_list(const Node& node, const Value& type, const Value& value, const std::string& path, Wrong& wrong) {
    const auto* length = type.find("length");
    if (length && length->integer() && static_cast<std::size_t>(*length->integer()) != value.array()->size())
        wrong.push_back({value.mark, fmt::format("{}: expected {} elements, found {}", path, *length->integer(),
                                                 value.array()->size())});
    for (std::size_t i = 0; i < value.array()->size(); ++i)
        check_value(*node.part, (*value.array())[i], fmt::format("{}[{}]", path, i), wrong);
}

void check_map(const Node& node, const Value& type, const Value& value, const std::string& path, Wrong& wrong) {
    if (const auto* object = value.object()) {
        for (const auto& pair : *object)
            check_value(*node.part, pair.value, path + "." + pair.name, wrong);
        return;
    }
    std::size_t at = 0;
    for (const auto& pair : *value.array()) {
        const auto place = fmt::format("{}[{}]", path, at++);
        if (!pair.array() || pair.array()->size() != 2) {
            wrong.push_back({pair.mark, fmt::format("{}: expected a key and a value, found {}", place, shown(pair))});
            continue;
        }
        check_value(*type.find("key"), pair.array()->front(), place + "[0]", wrong);
        check_value(*node.part, pair.array()->back(), place + "[1]", wrong);
    }
}

} // namespace

std::string type_text(const Value& type) {
    const auto node = node_of(type);
    if (!node.part) return std::string(node.kind);
    if (node.kind == "message" || node.kind == "enumeration") return *node.part->string();
    if (node.kind == "optional") return type_text(*node.part);
    if (node.kind == "pointer") return "*" + type_text(*node.part);
    if (node.kind == "map") return fmt::format("map<{},{}>", type_text(*type.find("key")), type_text(*node.part));
    if (node.kind == "array")
        return fmt::format("array<{},{}>", type_text(*node.part), type.find("length")->scalar_text().value_or("?"));
    return fmt::format("{}<{}>", node.kind, type_text(*node.part));
}

void check_value(const Value& type, const Value& value, const std::string& path, Wrong& wrong) {
    if (value.is_null()) return; // the default
    const auto node = node_of(type);
    if (node.kind == "optional" || node.kind == "pointer") return check_value(*node.part, value, path, wrong);
    const auto refuse = [&] {
        wrong.push_back({value.mark, fmt::format("{}: expected {}, found {}", path, type_text(type), shown(value))});
    };
    if (!node.part) {
        if (!scalar_fits(node.kind, value)) refuse();
    } else if (node.kind == "message") {
        value.object() ? check_members(type, value, path, wrong) : refuse();
    } else if (node.kind == "enumeration") {
        const auto& names = *type.find("names")->array();
        const auto is_known = [&](const Value& name) {
            return std::find(names.begin(), names.end(), name) != names.end();
        };
        const auto other =
            value.string() ? codec::other_word(*node.part->string(), *value.string()) : std::string_view();
        if (!value.string() || (!is_known(value) && !is_known(Value(other)))) {
            std::vector<std::string> known;
            for (const auto& name : names)
                known.push_back(*name.string());
            wrong.push_back({value.mark, fmt::format("{}: expected {} (one of {}), found {}", path, type_text(type),
                                                     join(known, ", "), shown(value))});
        }
    } else if (node.kind == "map") {
        const bool by_name = value.object() && node_of(*type.find("key")).kind == "unicode";
        by_name || value.array() ? check_map(node, type, value, path, wrong) : refuse();
    } else {
        value.array() ? check_list(node, type, value, path, wrong) : refuse();
    }
}

std::vector<WrongSetting> check_settings(const ProgramNote& note, const Value& settings, const std::string& path) {
    Wrong wrong;
    if (settings.is_null()) return wrong;
    if (note.settings.is_null()) {
        if (!settings.object() || !settings.object()->empty())
            wrong.push_back({settings.mark, fmt::format("{}: the program takes no settings", path)});
        return wrong;
    }
    check_value(note.settings, settings, path, wrong);
    return wrong;
}

} // namespace layer_cake::process
