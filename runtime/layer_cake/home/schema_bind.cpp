#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/home/schema_bind.hpp>

namespace layer_cake::home {

codec::Value fallback_value(const Key& key) {
    auto value = codec::parse_yaml(key.fallback, key.name);
    return value ? std::move(*value) : codec::Value();
}

void bind_defaults(std::span<const Key> keys, void* object) {
    for (const auto& key : keys)
        if (key.bind) key.bind(key, nullptr, object);
}

void bind_given(std::span<const Key> keys, const codec::Value& section, void* object) {
    const auto* members = section.object();
    if (!members) return;
    for (const auto& key : keys) {
        if (!key.bind) continue;
        const auto* value = section.find(key.name);
        if (value && !value->is_null()) key.bind(key, value, object);
    }
}

} // namespace layer_cake::home
