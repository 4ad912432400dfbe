#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/home/schema_read.hpp>

namespace layer_cake::home {
namespace {

tl::unexpected<Bad> bad(const codec::Value& value, std::string rest) {
    return tl::unexpected<Bad>(Bad{value.mark, std::move(rest)});
}

tl::unexpected<Bad> not_a(const codec::Value& value, std::string_view what) {
    return bad(value, fmt::format("must be {}, not {}", what, shown(value)));
}

/// A list of what `read` reads.
template <class T, class Reader>
Read<std::vector<T>> read_list(const codec::Value& value, std::string_view what, const Reader& read) {
    const auto* list = value.array();
    if (!list) return not_a(value, what);
    std::vector<T> out;
    out.reserve(list->size());
    for (const auto& item : *list) {
        auto got = read(item);
        if (!got) return tl::unexpected<Bad>(Bad{item.mark, fmt::format("has an item that {}", got.error().rest)});
        out.push_back(std::move(*got));
    }
    return out;
}

Read<void> check_variable(const codec::Value& at, std::string_view name) {
    const bool fine = !name.empty() && std::none_of(name.begin(), name.end(),
                                                    [](unsigned char c) { return c == '=' || c <= ' ' || c == 0x7f; });
    if (!fine) return bad(at, fmt::format("has a variable name that cannot be used: {}", shown(codec::Value(name))));
    return {};
}

} // namespace

Read<Texts> read_words(const codec::Value& value) {
    return read_list<std::string>(value, "a list of text", read_text);
}

Read<Texts> read_command(const codec::Value& value) {
    constexpr std::string_view what = "a list of text, or text for the shell";
    if (!value.array()) {
        if (value.object() || value.boolean()) return not_a(value, what);
        auto text = read_text(value);
        if (!text) return not_a(value, what);
        if (text->find_first_not_of(" \t\r\n") == std::string::npos) return bad(value, "must not be empty");
        return Texts{"/bin/sh", "-c", std::move(*text)};
    }
    auto words = read_words(value);
    if (words && (words->empty() || words->front().empty())) return bad(value, "must not be empty");
    return words;
}

Read<Texts> read_files(const codec::Value& value) {
    constexpr std::string_view what = "a path, or a list of paths";
    if (const auto* text = value.string()) {
        if (text->empty()) return bad(value, "must not be empty");
        auto got = read_text(value);
        if (!got) return tl::unexpected<Bad>(std::move(got).error());
        return Texts{std::move(*got)};
    }
    auto list = read_list<std::string>(value, what, read_text);
    if (list && std::find(list->begin(), list->end(), "") != list->end())
        return bad(value, "must not have empty items");
    return list;
}

Read<Pairs> read_pairs(const codec::Value& value) {
    Pairs out;
    if (const auto* members = value.object()) {
        for (const auto& [name, content, mark] : *members) {
            codec::Value at;
            at.mark = mark;
            if (auto fine = check_variable(at, name); !fine) return tl::unexpected<Bad>(std::move(fine).error());
            if (content.is_null())
                return bad(at, fmt::format("has no value for {} (write \"\" for an empty one)", name));
            auto text = read_text(content);
            if (!text) return bad(content, fmt::format("has a value for {} that {}", name, text.error().rest));
            out.emplace_back(name, std::move(*text));
        }
        return out;
    }
    const auto* list = value.array();
    if (!list) return not_a(value, "a mapping of names to text, or a list of NAME=text");
    for (const auto& item : *list) {
        const auto text = item.scalar_text().value_or("");
        const auto equal = text.find('=');
        if (equal == std::string::npos || text.find('\0') != std::string::npos)
            return bad(item, fmt::format("has an item that is not NAME=text: {}", shown(item)));
        if (auto fine = check_variable(item, std::string_view(text).substr(0, equal)); !fine)
            return tl::unexpected<Bad>(std::move(fine).error());
        const auto name = text.substr(0, equal);
        if (std::any_of(out.begin(), out.end(), [&](const auto& pair) { return pair.first == name; }))
            return bad(item, fmt::format("has {} twice", name));
        out.emplace_back(name, text.substr(equal + 1));
    }
    return out;
}

namespace {

const codec::Value* given(const codec::Value& section, std::string_view name) {
    const auto* value = section.find(name);
    return value && !value->is_null() ? value : nullptr;
}

/// The names of a section's keys that are none of these.
Read<void> check_members(const codec::Value& section, std::span<const Key> keys) {
    std::vector<std::string_view> names;
    for (const auto& key : keys)
        names.push_back(key.name);
    for (const auto& [name, content, mark] : *section.object()) {
        if (name.starts_with("x-") || std::find(names.begin(), names.end(), name) != names.end()) continue;
        codec::Value at;
        at.mark = mark;
        return tl::unexpected<Bad>(
            Bad{mark, fmt::format("has an unknown key {}{}", shown(codec::Value(name)), hint(name, names))});
    }
    return {};
}

Read<NameScope> read_scope(const codec::Value& section, std::span<const Key> keys) {
    const auto* value = given(section, "scope");
    const auto key = std::find_if(keys.begin(), keys.end(), [](const Key& row) { return row.name == "scope"; });
    if (!value) return NameScope::host;
    auto choice = read_choice(*key, *value);
    if (!choice) return bad(*value, "has a scope that " + choice.error().rest);
    return static_cast<NameScope>(*choice);
}

Read<std::string> read_name(const codec::Value& value) {
    auto text = read_text(value);
    if (!text || text->empty() || text->size() > name_limit)
        return bad(value, fmt::format("needs a name of 1 to {} characters, not {}", name_limit, shown(value)));
    return *text;
}

Read<Port> read_port(const Key& key, const std::string& name, const codec::Value& value) {
    Port port;
    port.name = name;
    const codec::Value* number = &value;
    if (value.object()) {
        if (auto fine = check_members(value, key.keys); !fine) return tl::unexpected<Bad>(std::move(fine).error());
        auto scope = read_scope(value, key.keys);
        if (!scope) return tl::unexpected<Bad>(std::move(scope).error());
        port.scope = *scope;
        if (const auto* publish = given(value, "publish")) {
            auto text = read_name(*publish);
            if (!text) return tl::unexpected<Bad>(std::move(text).error());
            port.publish = std::move(*text);
        }
        number = given(value, "port");
    }
    if (!number || (number->string() && *number->string() == "auto")) return port;
    const auto got = number->integer();
    if (!got || *got < 1 || *got > 65535)
        return bad(*number, fmt::format("has for {} what is neither auto nor a port: {}", name, shown(*number)));
    port.number = static_cast<std::uint16_t>(*got);
    return port;
}

} // namespace

Read<std::vector<Port>> read_ports(const Key& key, const codec::Value& value) {
    const auto* members = value.object();
    if (!members) return not_a(value, "a mapping of names to auto or a port");
    std::vector<Port> out;
    for (const auto& [name, content, mark] : *members) {
        codec::Value at;
        at.mark = mark;
        if (!is_port_name(name))
            return bad(at, fmt::format("has a port whose name is not small letters, digits and underscores: {}",
                                       shown(codec::Value(name))));
        auto port = content.is_null()
                        ? bad(at, fmt::format("has for {} what is neither auto nor a port: nothing", name))
                        : read_port(key, name, content);
        if (!port) return tl::unexpected<Bad>(std::move(port).error());
        out.push_back(std::move(*port));
    }
    if (out.size() > 16) return bad(value, "must be 16 ports at most");
    return out;
}

Read<std::vector<NamedAddress>> read_addresses(const Key& key, const codec::Value& value) {
    const auto* members = value.object();
    if (!members) return not_a(value, "a mapping of variables to names");
    std::vector<NamedAddress> out;
    for (const auto& [variable, content, mark] : *members) {
        codec::Value at;
        at.mark = mark;
        if (auto fine = check_variable(at, variable); !fine) return tl::unexpected<Bad>(std::move(fine).error());
        NamedAddress address;
        address.variable = variable;
        const auto* name = &content;
        if (content.object()) {
            if (auto fine = check_members(content, key.keys); !fine)
                return tl::unexpected<Bad>(std::move(fine).error());
            auto scope = read_scope(content, key.keys);
            if (!scope) return tl::unexpected<Bad>(std::move(scope).error());
            address.scope = *scope;
            name = given(content, "name");
        }
        if (!name || name->is_null()) return bad(at, fmt::format("has no name for {}", variable));
        auto text = read_name(*name);
        if (!text) return tl::unexpected<Bad>(std::move(text).error());
        address.name = std::move(*text);
        out.push_back(std::move(address));
    }
    if (out.size() > 16) return bad(value, "must be 16 addresses at most");
    return out;
}

Read<std::vector<Duration>> read_steps(const codec::Value& value) {
    return read_list<Duration>(value, "a list of time spans such as [250ms, 1s]", read_span);
}

Read<std::vector<std::int64_t>> read_integers(const Key& key, const codec::Value& value) {
    return read_list<std::int64_t>(value, "a list of integers",
                                   [&](const codec::Value& item) { return read_integer(key, item); });
}

Read<std::size_t> read_choice(const Key& key, const codec::Value& value) {
    const auto text = value.scalar_text().value_or("");
    const auto found = std::find(key.choices.begin(), key.choices.end(), text);
    if (found != key.choices.end() && !value.boolean()) return static_cast<std::size_t>(found - key.choices.begin());
    std::string words;
    for (std::size_t i = 0; i < key.choices.size(); ++i)
        words += fmt::format("{}{}", i == 0 ? "" : i + 1 == key.choices.size() ? " or " : ", ", key.choices[i]);
    if (const auto flag = value.boolean())
        return bad(value, fmt::format("must be {}, not {} (did you mean \"{}\"?)", words, shown(value),
                                      *flag ? key.choices.back() : key.choices.front()));
    return bad(value, fmt::format("must be {}, not {}{}", words, shown(value),
                                  hint(text, {key.choices.begin(), key.choices.end()})));
}

} // namespace layer_cake::home
