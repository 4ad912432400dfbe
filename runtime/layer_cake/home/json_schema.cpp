#include <layer_cake/home/schema.hpp>

namespace layer_cake::home {
namespace {

using codec::Array;
using codec::Object;
using codec::Value;

Value object(std::initializer_list<std::pair<std::string_view, Value>> members) {
    Object made;
    for (const auto& [name, value] : members)
        made.emplace_back(std::string(name), value);
    return made;
}
Value list(std::initializer_list<Value> items) {
    return Array(items);
}
Value type(std::string_view name) {
    return object({{"type", name}});
}
Value any_of(std::initializer_list<Value> forms) {
    return object({{"anyOf", list(forms)}});
}
Value items(Value each) {
    return object({{"type", "array"}, {"items", std::move(each)}});
}

/// Text in which a variable stands for the value.
Value variable() {
    return object({{"type", "string"}, {"pattern", "\\$"}});
}
/// Anything that is text, with numbers and true or false taken as written.
Value text() {
    return object({{"type", list({"string", "number", "boolean"})}});
}

Value choices(const Key& key) {
    Array words;
    for (const auto word : key.choices)
        words.emplace_back(word);
    return any_of({object({{"enum", Value(std::move(words))}}), variable()});
}

Value number(const Key& key, std::string_view name) {
    auto made = type(name);
    if (key.least != std::numeric_limits<std::int64_t>::min()) made.set("minimum", key.least);
    if (key.most != std::numeric_limits<std::int64_t>::max()) made.set("maximum", key.most);
    return made;
}

Value closed(std::span<const Key> keys, bool partial);

Value form(const Key& key) {
    switch (key.kind) {
    case Kind::text:
        return text();
    case Kind::boolean:
        return any_of({type("boolean"), variable()});
    case Kind::integer:
        return any_of({number(key, "integer"), variable()});
    case Kind::number:
        return any_of({number(key, "number"), variable()});
    case Kind::span:
        return any_of({type("string"), object({{"const", 0}})});
    case Kind::size:
    case Kind::limit:
    case Kind::signal:
    case Kind::octal:
    case Kind::host_port:
    case Kind::port:
        return object({{"type", list({"string", "integer"})}});
    case Kind::words:
        return items(text());
    case Kind::command:
        return any_of({type("string"), object({{"type", "array"}, {"items", text()}, {"minItems", 1}})});
    case Kind::choice:
        return choices(key);
    case Kind::pairs:
        return any_of({object({{"type", "object"}, {"additionalProperties", text()}}),
                       items(object({{"type", "string"}, {"pattern", "="}}))});
    case Kind::steps:
        return items(any_of({type("string"), object({{"const", 0}})}));
    case Kind::integers:
        return items(number(key, "integer"));
    case Kind::files:
        return any_of({type("string"), items(type("string"))});
    case Kind::pattern:
        return type("string");
    case Kind::section:
        return closed(key.keys, false);
    case Kind::sections:
        return items(closed(key.keys, false));
    case Kind::ports:
        return object({{"type", "object"},
                       {"additionalProperties",
                        any_of({object({{"type", list({"string", "integer"})}}), closed(key.keys, false)})}});
    case Kind::addresses:
        return object(
            {{"type", "object"}, {"additionalProperties", any_of({type("string"), closed(key.keys, false)})}});
    case Kind::settings:
        return type("object");
    case Kind::address:
        return any_of({type("string"), closed(key.keys, false)});
    case Kind::restart:
        return any_of({choices(key), closed(key.keys, false)});
    case Kind::dependencies:
        return any_of(
            {items(type("string")),
             object({{"type", "object"},
                     {"additionalProperties", any_of({type("null"), choices(key), closed(key.keys, false)})}})});
    case Kind::named: {
        const auto noun = std::string(key.name.substr(0, key.name.size() - 1)); // roles: role
        return object({{"type", "object"},
                       {"patternProperties", object({{"^x-", true},
                                                     {"^(?!group)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
                                                      object({{"$ref", "#/$defs/" + noun}})}})},
                       {"additionalProperties", false}});
    }
    }
    return true;
}

Value described(const Key& key) {
    Value made = object({{"description", key.help}});
    if (!key.fallback.empty())
        made.set("description", std::string(key.help) + " Default: " + std::string(key.fallback) + ".");
    made.set("anyOf", list({form(key), type("null")}));
    return made;
}

/// @param partial  another file may give what is missing: exclusive keys may all be absent
Value closed(std::span<const Key> keys, bool partial) {
    Object properties;
    Array alternatives;
    for (const auto& key : keys) {
        properties.emplace_back(std::string(key.name), described(key));
        if (!key.group.empty()) alternatives.push_back(object({{"required", list({key.name})}}));
    }
    auto made = object({{"type", "object"},
                        {"properties", Value(std::move(properties))},
                        {"patternProperties", object({{"^x-", true}})},
                        {"additionalProperties", false}});
    if (alternatives.empty()) return made;
    if (partial) {
        alternatives.push_back(object({{"not", object({{"anyOf", Value(alternatives)}})}}));
    }
    made.set("oneOf", std::move(alternatives));
    return made;
}

} // namespace

codec::Value json_schema() {
    auto made = closed(group_keys(), true);
    Value head = object({{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                         {"title", "layer-cake.yaml"},
                         {"description", "A group of processes, as layer-cake runs it; see layer-cake.yaml(5)."}});
    for (auto& member : *made.object())
        head.set(member.name, std::move(member.value));
    Value named = Object{};
    for (const auto& key : group_keys())
        if (key.kind == Kind::named) named.set(key.name.substr(0, key.name.size() - 1), closed(key.keys, true));
    head.set("$defs", std::move(named));
    return head;
}

} // namespace layer_cake::home
