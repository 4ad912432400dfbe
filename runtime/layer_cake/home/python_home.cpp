#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/float_text.hpp>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/home/python_home.hpp>
#include <layer_cake/home/python_role.hpp>
#include <layer_cake/home/schema_read.hpp>

namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;

std::string span_of(const codec::Value& seconds) {
    const std::chrono::duration<double> given(std::clamp(seconds.real().value_or(0), 0.0, 1e9));
    return format_span(std::chrono::duration_cast<Duration>(given));
}

/// With a point, without which a float is none there.
codec::Value float8(double number) {
    char text[codec::float_text_room];
    return codec::Number{std::string(text, codec::write_float8(text, number))};
}

codec::Value seconds_of(const codec::Value& span) {
    const auto read = parse_span(span.scalar_text().value_or(""));
    return read ? float8(std::chrono::duration<double>(*read).count()) : codec::Value();
}

/// The names of the roles that people made, sorted.
Result<std::vector<std::string>> role_folders(const fs::path& roles) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator at(roles, error), end; !error && at != end; at.increment(error)) {
        const auto name = at->path().filename().string();
        if (name.starts_with("group") || name.find('.') != std::string::npos) continue;
        if (auto good = check_role_name(name); !good) return fail(std::move(good).error());
        names.push_back(name);
    }
    if (error) return fail(system_error(fmt::format("cannot read \"{}\"", roles.string()), error.value()));
    std::sort(names.begin(), names.end());
    return names;
}

bool has_directory() {
    const auto keys = group_keys();
    return std::any_of(keys.begin(), keys.end(), [](const Key& key) { return key.name == "directory"; });
}

/// `127.0.0.1:54195` of a HostPort.
codec::Value place_of(const codec::Value& word) {
    const auto* host = word.find("host");
    const auto* port = word.find("port");
    if (!port || !port->integer()) return {};
    return fmt::format("{}:{}", host && host->string() ? *host->string() : "127.0.0.1", *port->integer());
}

void describe_group(const std::vector<TypedSetting>& settings, codec::Value& definition) {
    constexpr std::string_view in_directory = "directory_"; // at_host, at_lan
    codec::Value directory;
    for (const auto& setting : settings) {
        const auto& word = setting.word();
        if (word.is_null()) continue;
        if (setting.name == "main_role")
            definition.set("main_role", word);
        else if (setting.name == "retry")
            definition.set("restart", restart_of_retry(word));
        else if (setting.name == "encrypted_directory")
            directory.set("encrypted", word);
        else if (setting.name.starts_with(in_directory))
            directory.set(setting.name.substr(in_directory.size()), place_of(word));
    }
    if (!directory.is_null()) definition.set(has_directory() ? "directory" : "x-directory", std::move(directory));
}

codec::Value describe_role(const PythonRole& role) {
    codec::Value section = codec::Object{};
    section.set("executable", role.executable);
    codec::Value settings;
    for (const auto& setting : role.settings)
        if (!setting.word().is_null()) settings.set(setting.name, setting.word());
    if (!settings.is_null()) section.set("settings", std::move(settings));
    return section;
}

} // namespace

codec::Value restart_of_retry(const codec::Value& retry) {
    codec::Value restart = codec::Object{};
    restart.set("policy", "always");
    codec::Array first;
    if (const auto* steps = retry.find("first_steps"); steps && steps->array())
        for (const auto& step : *steps->array())
            first.emplace_back(span_of(step));
    const auto count = first.size();
    const auto given = [&](const char* name) {
        const auto* value = retry.find(name);
        return value && !value->is_null() ? value : nullptr;
    };
    const auto* regular = given("regular_steps");
    // One interval less than the limit says; without regular steps the first are all there are.
    auto limit = given("step_limit") ? given("step_limit")->integer() : std::nullopt;
    if (limit) --*limit;
    if (!regular) limit = std::min<std::int64_t>(limit.value_or(INT64_MAX), static_cast<std::int64_t>(count));
    if (limit && *limit <= 0) return {};
    if (!first.empty()) restart.set("first_steps", std::move(first));
    if (regular) restart.set("regular_steps", span_of(*regular));
    if (limit) restart.set("step_limit", *limit);
    if (const auto* grain = given("randomized")) restart.set("randomized", span_of(*grain));
    if (const auto* part = given("truncated")) restart.set("truncated", *part);
    return restart;
}

codec::Value retry_of_restart(const codec::Value& restart) {
    const auto word = restart.scalar_text();
    if (restart.is_null() || (word && *word == "no")) return {};
    const auto* policy = restart.find("policy");
    if (policy && policy->scalar_text() == "no") return {};
    codec::Value retry = codec::Object{};
    codec::Array first;
    if (const auto* steps = restart.find("first_steps")) {
        if (steps->array())
            for (const auto& step : *steps->array())
                first.push_back(seconds_of(step));
        else
            first.push_back(seconds_of(*steps));
    }
    if (word && first.empty()) first.push_back(float8(0));
    const auto* regular = restart.find("regular_steps");
    retry.set("regular_steps", regular ? seconds_of(*regular) : first.empty() ? float8(1) : first.back());
    retry.set("first_steps", std::move(first));
    const auto* limit = restart.find("step_limit");
    retry.set("step_limit", limit && limit->integer() ? codec::Value(*limit->integer() + 1) : codec::Value());
    const auto* grain = restart.find("randomized");
    auto randomized = grain ? seconds_of(*grain) : codec::Value();
    retry.set("randomized", randomized.real().value_or(0) > 0 ? std::move(randomized) : codec::Value());
    const auto* part = restart.find("truncated");
    retry.set("truncated", part && part->real() ? float8(*part->real()) : codec::Value());
    return retry;
}

codec::Value host_port_words(const codec::Value* place) {
    if (!place || place->object()) return place ? *place : codec::Value();
    const auto read = read_host_port(*place);
    if (!read) return {};
    return codec::Object{{"host", read->host}, {"port", static_cast<int>(read->port)}};
}

bool is_python_home(const fs::path& home) {
    std::error_code error;
    return fs::is_regular_file(fs::symlink_status(home / "role" / "group" / "settings.json", error));
}

Result<codec::Value> python_home_definition(const fs::path& home) {
    const Paths paths{home};
    codec::Value definition = codec::Object{};
    const auto group = read_typed_settings(paths.role("group"));
    if (!group) return fail(group.error());
    describe_group(*group, definition);
    const auto names = role_folders(paths.roles());
    if (!names) return fail(names.error());
    codec::Value roles = codec::Object{};
    for (const auto& name : *names) {
        const auto role = read_python_role(paths.role(name));
        if (!role) return fail(role.error());
        roles.set(name, describe_role(*role));
    }
    const auto* restart = definition.find("restart");
    const auto* main_role = definition.find("main_role");
    if (restart && restart->is_null()) definition.erase("restart");
    if (definition.find("restart") && main_role && main_role->string())
        if (auto* section = roles.find(*main_role->string())) section->set("restart", "no");
    if (!roles.object()->empty()) definition.set("roles", std::move(roles));
    return definition;
}

} // namespace layer_cake::home
