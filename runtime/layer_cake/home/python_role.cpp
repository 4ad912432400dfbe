#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/python_role.hpp>
#include <layer_cake/type/uuid.hpp>

namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t file_limit = 16u << 20;
constexpr std::ptrdiff_t lives_kept = 16;
constexpr std::int64_t usual_storage = 268'435'456;

/// What a file holds under `value`.
Result<codec::Value> read_property(const fs::path& file) {
    auto text = read_file(file, file_limit);
    if (!text) return fail(std::move(text).error());
    auto whole = codec::parse_json(*text);
    if (!whole) return fail(Fault::invalid, fmt::format("\"{}\": {}", file.string(), whole.error().detail));
    auto* value = whole->find("value");
    if (!value) return fail(Fault::invalid, fmt::format("\"{}\": there is no \"value\" in it", file.string()));
    return std::move(*value);
}

Result<void> write_property(const fs::path& file, codec::Value value) {
    return replace_file(file, codec::write_json(codec::Object{{"value", std::move(value)}}, codec::Layout::indented),
                        0644);
}

/// The same for what can be made again when it is lost: without waiting for the disk, for there may be many roles.
Result<void> make_property(const fs::path& file, codec::Value value) {
    const auto draft = file.string() + ".new";
    std::ofstream out(draft);
    out << codec::write_json(codec::Object{{"value", std::move(value)}}, codec::Layout::indented) << std::flush;
    if (out && ::rename(draft.c_str(), file.c_str()) == 0) return ok();
    return fail(system_error(fmt::format("cannot write \"{}\"", file.string()), errno));
}

Error damaged(const fs::path& file, std::string_view wanted) {
    return {Fault::invalid, fmt::format("\"{}\" does not hold {}", file.string(), wanted)};
}

codec::Value to_json(const std::vector<TypedSetting>& settings) {
    codec::Array list;
    for (const auto& setting : settings)
        list.emplace_back(codec::Array{setting.name, setting.typed});
    return list;
}

std::string moment_text(WallTime time) {
    auto text = format_time(time, 6);
    text.pop_back(); // always UTC: no zone is written
    return text;
}

std::optional<WallTime> moment(const codec::Value* value) {
    const auto* text = value ? value->string() : nullptr;
    const auto time = text ? parse_time(*text) : Result<WallTime>(fail(Fault::invalid, ""));
    return time ? std::optional(*time) : std::nullopt;
}

Result<std::vector<PythonLife>> read_lives(const fs::path& file) {
    const auto stored = read_property(file);
    if (!stored) return fail(stored.error());
    if (!stored->array()) return fail(damaged(file, "a list"));
    std::vector<PythonLife> lives;
    for (const auto& record : *stored->array()) {
        const auto started = moment(record.find("start"));
        if (!started) return fail(damaged(file, "moments of starts"));
        const auto* returned = record.find("returned");
        lives.push_back({*started, moment(record.find("stop")), returned ? *returned : codec::Value()});
    }
    return lives;
}

bool same(const std::vector<TypedSetting>& a, const std::vector<TypedSetting>& b) {
    return to_json(a) == to_json(b);
}

} // namespace

const codec::Value& TypedSetting::word() const {
    static const codec::Value none;
    const auto* parts = typed.array();
    return parts && parts->size() == 3 ? (*parts)[1] : none;
}

Result<std::vector<TypedSetting>> read_typed_settings(const fs::path& folder) {
    const auto file = folder / "settings.json";
    const auto stored = read_property(file);
    if (!stored) return fail(stored.error());
    if (!stored->array()) return fail(damaged(file, "a list"));
    std::vector<TypedSetting> settings;
    for (const auto& pair : *stored->array()) {
        const auto* parts = pair.array();
        const auto* name = parts && parts->size() == 2 ? parts->front().string() : nullptr;
        if (!name) return fail(damaged(file, "pairs of a name and a value"));
        settings.push_back({*name, parts->back()});
    }
    return settings;
}

Result<PythonRole> read_python_role(const fs::path& folder) {
    PythonRole role;
    const auto executable = read_property(folder / "executable_file.json");
    if (!executable) return fail(executable.error());
    if (!executable->string()) return fail(damaged(folder / "executable_file.json", "a path"));
    role.executable = *executable->string();
    auto settings = read_typed_settings(folder);
    if (!settings) return fail(std::move(settings).error());
    role.settings = std::move(*settings);
    auto lives = read_lives(folder / "start_stop.json");
    if (!lives) return fail(std::move(lives).error());
    role.lives = std::move(*lives);
    return role;
}

Result<void> keep_python_role(const fs::path& folder, const std::string& executable,
                              const std::vector<TypedSetting>& settings) {
    for (const auto& part : {folder / "logs", folder / "model", folder / "tmp", folder / "lock"})
        if (auto made = make_folder(part); !made) return made;
    const auto missing = [&](const char* file) { return !read_property(folder / file).has_value(); };
    if (missing("unique_id.json"))
        if (auto made = make_property(folder / "unique_id.json", type::format_uuid(type::Uuid::make())); !made)
            return made;
    if (missing("log_storage.json"))
        if (auto made = make_property(folder / "log_storage.json", usual_storage); !made) return made;
    if (missing("start_stop.json"))
        if (auto made = make_property(folder / "start_stop.json", codec::Array{}); !made) return made;
    const auto file = read_property(folder / "executable_file.json");
    if (!file || !(*file == codec::Value(executable)))
        if (auto made = make_property(folder / "executable_file.json", executable); !made) return made;
    const auto stored = read_typed_settings(folder);
    if (stored && same(*stored, settings)) return ok();
    return settings.empty() ? make_property(folder / "settings.json", to_json(settings))
                            : write_property(folder / "settings.json", to_json(settings));
}

Result<void> note_python_start(const fs::path& folder, WallTime when) {
    const auto file = folder / "start_stop.json";
    auto lives = read_property(file);
    if (!lives) return fail(std::move(lives).error());
    if (!lives->array()) return fail(damaged(file, "a list"));
    auto& list = *lives->array();
    list.emplace_back(
        codec::Object{{"returned", codec::Value()}, {"start", moment_text(when)}, {"stop", codec::Value()}});
    if (std::ssize(list) > lives_kept) list.erase(list.begin(), list.end() - lives_kept);
    return write_property(file, std::move(*lives));
}

Result<void> note_python_end(const fs::path& folder, WallTime when, codec::Value returned) {
    const auto file = folder / "start_stop.json";
    auto lives = read_property(file);
    if (!lives) return fail(std::move(lives).error());
    if (!lives->array() || lives->array()->empty()) return fail(damaged(file, "a start"));
    auto& life = lives->array()->back();
    life.set("returned", std::move(returned));
    life.set("stop", moment_text(when));
    return write_property(file, std::move(*lives));
}

Result<void> note_python_lock(const fs::path& folder, int pid, int parent_pid) {
    const auto file = folder / "lock" / "head";
    return make_property(file.string() + ".json",
                         codec::Object{{"parent_pid", parent_pid}, {"path", file.string()}, {"pid", pid}});
}

SettingsSplit split_settings(std::vector<TypedSetting> stored, const codec::Value& defined) {
    SettingsSplit split;
    if (const auto* members = defined.object())
        for (const auto& member : *members)
            if (!member.value.is_null()) split.rest.push_back(member);
    for (auto& setting : stored) {
        const auto same = std::find_if(split.rest.begin(), split.rest.end(), [&](const codec::Member& member) {
            return member.name == setting.name && member.value == setting.word();
        });
        if (same == split.rest.end()) continue;
        split.rest.erase(same);
        split.typed.push_back(std::move(setting));
    }
    return split;
}

} // namespace layer_cake::home
