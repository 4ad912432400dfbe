#pragma once

#include <layer_cake/home/schema.hpp>
#include <layer_cake/home/schema_read.hpp>
#include <optional>
#include <type_traits>

/// How rows store what they read. Values have been checked before: nothing here fails.
namespace layer_cake::home {

/// The default of a row as a value (read once per use: keep what it leads to, see `prototype`).
codec::Value fallback_value(const Key& key);

/// Stores every row's default in `object`.
void bind_defaults(std::span<const Key> keys, void* object);
/// Stores what `section` gives, and leaves the rest of `object` alone.
void bind_given(std::span<const Key> keys, const codec::Value& section, void* object);

namespace binding {

template <class T>
struct MemberOf;
template <class C, class T>
struct MemberOf<T C::*> {
    using Object = C;
    using Type = T;
};
template <auto Member>
auto& member(void* object) {
    return static_cast<typename MemberOf<decltype(Member)>::Object*>(object)->*Member;
}

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <Kind kind, class T>
void store(const Key& key, const codec::Value& value, T& out) {
    if constexpr (IsOptional<T>::value)
        store<kind>(key, value, out.emplace());
    else if constexpr (kind == Kind::text)
        out = *read_text(value);
    else if constexpr (kind == Kind::boolean)
        out = *read_boolean(value);
    else if constexpr (kind == Kind::integer)
        out = static_cast<T>(*read_integer(key, value));
    else if constexpr (kind == Kind::number)
        out = *read_number(key, value);
    else if constexpr (kind == Kind::span)
        out = *read_span(value);
    else if constexpr (kind == Kind::size)
        out = *read_size(value);
    else if constexpr (kind == Kind::limit)
        out = *read_limit(value);
    else if constexpr (kind == Kind::signal)
        out = *read_signal(value);
    else if constexpr (kind == Kind::octal)
        out = *read_octal(value);
    else if constexpr (kind == Kind::words)
        out = *read_words(value);
    else if constexpr (kind == Kind::command)
        out = *read_command(value);
    else if constexpr (kind == Kind::steps)
        out = *read_steps(value);
    else if constexpr (kind == Kind::host_port)
        out = *read_host_port(value);
    else if constexpr (kind == Kind::ports)
        out = *read_ports(key, value);
    else if constexpr (kind == Kind::addresses)
        out = *read_addresses(key, value);
    else if constexpr (kind == Kind::choice)
        out = static_cast<T>(*read_choice(key, value));
    else if constexpr (kind == Kind::integers) {
        const auto list = *read_integers(key, value);
        out.assign(list.begin(), list.end());
    }
}

} // namespace binding

/// A row whose value goes to a member as it is. An enum member has its enumerators in the order of `choices`.
template <Kind kind, auto Member>
void into(const Key& key, const codec::Value* value, void* object) {
    if (value)
        binding::store<kind>(key, *value, binding::member<Member>(object));
    else if (!key.fallback.empty())
        binding::store<kind>(key, fallback_value(key), binding::member<Member>(object));
}

/// A section over a struct that is always there: what is given replaces what was, member by member.
template <auto Member>
void into_section(const Key& key, const codec::Value* value, void* object) {
    auto& section = binding::member<Member>(object);
    if (value)
        bind_given(key.keys, *value, &section);
    else
        bind_defaults(key.keys, &section);
}

/// A section over an optional struct: begins with the defaults of `Keys`.
template <auto Member, const auto& Keys>
void into_optional(const Key&, const codec::Value* value, void* object) {
    auto& section = binding::member<Member>(object);
    if (!value) return;
    using Section = typename std::remove_reference_t<decltype(section)>::value_type;
    static const Section prototype = [] {
        Section made;
        bind_defaults(Keys, &made);
        return made;
    }();
    section = prototype;
    bind_given(Keys, *value, &*section);
}

/// A row that says which kind of probe it is, with what belongs to it.
template <Probe::Kind kind>
void into_probe(const Key& key, const codec::Value* value, void* object) {
    if (!value) return;
    auto& probe = *static_cast<Probe*>(object);
    probe.kind = kind;
    if constexpr (kind == Probe::Kind::tcp_socket) probe.address = *read_host_port(*value);
    if constexpr (kind == Probe::Kind::exec) probe.command = *read_command(*value);
    if constexpr (kind == Probe::Kind::log_line) probe.pattern = *read_pattern(*value);
    if constexpr (kind == Probe::Kind::published) probe.name = *read_text(*value);
    if constexpr (kind == Probe::Kind::fd) probe.fd = static_cast<int>(*read_integer(key, *value));
    if constexpr (kind == Probe::Kind::http_get) {
        auto address = *read_address(*value);
        probe.address = std::move(address.host);
        probe.path = std::move(address.path);
    }
}

/// `restart`: a word, or a section whose policy is on_failure unless one was chosen before.
template <auto Member>
void into_restart(const Key& key, const codec::Value* value, void* object) {
    auto& rules = binding::member<Member>(object);
    if (!value) bind_defaults(key.keys, &rules);
    const auto word = value ? codec::Value() : fallback_value(key);
    if (!value) value = &word;
    if (!value->object()) {
        rules.policy = static_cast<RestartRules::Policy>(*read_choice(key, *value));
    } else {
        if (rules.policy == RestartRules::Policy::no) rules.policy = RestartRules::Policy::on_failure;
        bind_given(key.keys, *value, &rules);
    }
}

/// `retry`: steps that make on_failure the policy.
template <auto Member>
void into_retry(const Key& key, const codec::Value* value, void* object) {
    if (!value) return;
    auto& rules = binding::member<Member>(object);
    rules.policy = RestartRules::Policy::on_failure;
    bind_given(key.keys, *value, &rules);
}

} // namespace layer_cake::home
