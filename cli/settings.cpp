#include <algorithm>
#include <cli/settings.hpp>
#include <cli/spelling.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/text.hpp>

namespace layer_cake::cli {
namespace {

using home::Key;
using home::Kind;

std::string underscored(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
}

std::string dashed(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '_', '-');
    return text;
}

/// @param head  what stands before the name in a long option: `--`, or `--shutdown.`
Error unknown_key(std::string_view option, std::string_view head, std::string_view name, std::span<const Key> keys) {
    std::vector<std::string_view> names;
    for (const auto& key : keys)
        names.push_back(key.name);
    const auto near = nearest(underscored(name), names);
    auto detail = fmt::format("unknown option or key \"{}\"", option);
    if (!near.empty()) detail += fmt::format(" (did you mean \"{}{}\"?)", head, dashed(near));
    return {Fault::invalid, std::move(detail)};
}

Result<const Key*> find_key(std::string_view option, std::string_view head, std::string_view name, bool is_long,
                            std::span<const Key> keys) {
    const Key* found = nullptr;
    for (const auto& key : keys) {
        if (is_long ? key.name != underscored(name) : initials(dashed(key.name)) != name) continue;
        if (found) {
            if (found->name == "retry") continue; // the predecessor's create -r, which knew no restart
            return fail(Fault::invalid, fmt::format("ambiguous short option \"{}\": it may be --{}, --{}", option,
                                                    dashed(found->name), dashed(key.name)));
        }
        found = &key;
    }
    if (!found) return fail(unknown_key(option, head, name, keys));
    return found;
}

bool names_files(const Key& key) {
    return key.name == "working_dir" || key.kind == Kind::files;
}

codec::Value absolute(codec::Value value) {
    if (const auto* text = value.string()) return std::filesystem::absolute(*text).lexically_normal().string();
    if (auto* list = value.array())
        for (auto& item : *list)
            item = absolute(std::move(item));
    return value;
}

// A place within an option is none within a file.
void unplace(codec::Value& value) {
    value.mark = {};
    if (auto* list = value.array())
        for (auto& item : *list)
            unplace(item);
    if (auto* members = value.object())
        for (auto& member : *members) {
            member.mark = {};
            unplace(member.value);
        }
}

Result<codec::Value> read_value(const Key& key, const std::string& option, std::string_view text) {
    const bool fragment = key.kind == Kind::command || names_files(key)
                              ? !text.empty() && (text.front() == '[' || text.front() == '{')
                              : key.kind != Kind::text;
    if (!fragment) return codec::Value(text);
    auto value = codec::parse_yaml(text, option);
    if (value) unplace(*value);
    return value;
}

// What a free name of `pairs` or `named` holds has no row of its own.
Result<void> check_value(const Key& key, const std::string& option, const codec::Value& value) {
    std::vector<home::Problem> problems;
    codec::Object one;
    one.emplace_back(std::string(key.name), value);
    home::check(codec::Value(std::move(one)), std::span(&key, 1), option, problems);
    if (problems.empty()) return layer_cake::ok();
    return fail(Fault::invalid, fmt::format("{}: {}", option, problems.front().message));
}

} // namespace

Result<Setting> read_setting(std::string_view argument, std::span<const Key> keys) {
    const auto equals = argument.find('=');
    std::string option(argument.substr(0, equals));
    const bool is_long = option.rfind("--", 0) == 0;
    const auto parts = split(std::string_view(option).substr(is_long ? 2 : 1), '.');

    Setting setting{.path = {}, .value = std::nullopt, .written = option};
    const Key* key = nullptr;
    std::string head = "--";
    for (const auto& part : parts) {
        if (!setting.path.empty() && key->keys.empty()) {
            if (key->kind != Kind::pairs || setting.path.size() > 1) return fail(unknown_key(option, head, part, {}));
            setting.path.push_back(part);
            continue;
        }
        auto found = find_key(option, head, part, is_long, setting.path.empty() ? keys : key->keys);
        if (!found) return fail(std::move(found).error());
        key = *found;
        setting.path.emplace_back(key->name);
        head += dashed(key->name) + ".";
    }

    if (equals == std::string_view::npos) {
        if (key->kind != Kind::boolean)
            return fail(Fault::invalid,
                        fmt::format("\"{}\" needs a value: {}=VALUE ({}= removes it)", option, option, option));
        setting.value = codec::Value(true);
        return setting;
    }
    const auto text = argument.substr(equals + 1);
    if (text.empty()) return setting;

    const bool free_name = key->kind == Kind::pairs && setting.path.size() > 1;
    auto value = free_name ? Result<codec::Value>(codec::Value(text)) : read_value(*key, option, text);
    if (!value) return fail(Fault::invalid, value.error().detail); // which begins with the option and the place
    if (!free_name) {
        if (auto good = check_value(*key, option, *value); !good) return fail(std::move(good).error());
        if (names_files(*key)) *value = absolute(std::move(*value));
    }
    setting.value = std::move(*value);
    return setting;
}

Result<std::vector<Setting>> read_settings(const std::vector<std::string>& arguments, std::span<const Key> keys) {
    std::vector<Setting> settings;
    for (const auto& argument : arguments) {
        auto setting = read_setting(argument, keys);
        if (!setting) return fail(std::move(setting).error());
        if (auto added = add_setting(settings, std::move(*setting)); !added) return fail(std::move(added).error());
    }
    return settings;
}

Result<void> add_setting(std::vector<Setting>& settings, Setting setting) {
    for (const auto& other : settings)
        if (other.path == setting.path) return fail(Fault::invalid, fmt::format("{} is given twice", setting.written));
    settings.push_back(std::move(setting));
    return layer_cake::ok();
}

Result<void> apply(const Setting& setting, codec::Value& section) {
    codec::Value* place = &section;
    for (std::size_t i = 0; i + 1 < setting.path.size(); ++i) {
        const auto& name = setting.path[i];
        if (!place->find(name)) {
            if (!setting.value) return layer_cake::ok();
            place->set(name, codec::Object{});
        }
        place = place->find(name);
        if (place->is_null()) *place = codec::Object{};
        if (name == "restart" && place->string()) { // the short form: a policy alone
            codec::Object rules;
            rules.emplace_back("policy", *place);
            *place = std::move(rules);
        }
        if (!place->object())
            return fail(Fault::invalid, fmt::format("{}: \"{}\" is no mapping: give it whole", setting.written, name));
    }
    if (setting.value)
        place->set(setting.path.back(), *setting.value);
    else
        place->erase(setting.path.back());
    return layer_cake::ok();
}

} // namespace layer_cake::cli
