#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/home/python_role.hpp>
#include <layer_cake/process/role_verbs.hpp>

namespace layer_cake::process {
namespace {

namespace fs = std::filesystem;

/// Whether an argument is about a setting, or about a part of it.
bool names(std::string_view argument, std::string_view setting) {
    const auto name = take_apart(argument).name;
    const auto first = std::string_view(name).substr(0, name.find('.'));
    return first == long_name(setting) || first == short_name(setting);
}

Result<codec::Value> typed_value(const type::Info& info, const void* value) {
    const auto& inside = info.kind == type::Kind::optional ? *info.element : info;
    codec::JsonWriting how;
    how.wrap = codec::Wrap::none;
    codec::TextBuffer text;
    if (auto written = codec::write_json(text, info, value, how); !written) return fail(std::move(written).error());
    auto word = codec::parse_json(text.view());
    if (!word || word->is_null()) return word;
    return codec::Value(codec::Array{inside.signature(), std::move(*word), codec::Array{}});
}

/// What is stored, with the settings that the command line gives in their places.
Result<std::vector<home::TypedSetting>> with_given(std::vector<home::TypedSetting> stored, const Part& settings,
                                                   std::span<const std::string_view> arguments) {
    if (!settings.info) return stored;
    for (const auto& member : settings.info->members()) {
        const auto given = [&](std::string_view argument) { return names(argument, member.name); };
        if (std::none_of(arguments.begin(), arguments.end(), given)) continue;
        auto typed = typed_value(*member.info, member.in(static_cast<const void*>(settings.value)));
        if (!typed) return fail(std::move(typed).error());
        const auto known = std::find_if(stored.begin(), stored.end(),
                                        [&](const home::TypedSetting& one) { return one.name == member.name; });
        if (known == stored.end())
            stored.push_back({std::string(member.name), std::move(*typed)});
        else
            known->typed = std::move(*typed);
    }
    return stored;
}

std::string note_of(const std::vector<home::TypedSetting>& settings) {
    std::string note;
    for (const auto& setting : settings)
        note += (note.empty() ? "" : ",") + setting.name;
    return note.empty() ? "empty" : note;
}

Result<void> make_folders(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (!error) return ok();
    return fail(system_error(fmt::format("cannot make folder \"{}\"", folder.string()), error.value()));
}

} // namespace

bool is_role_verb(const StartOptions& options) {
    return options.create_role || options.update_role || options.factory_reset || options.delete_role;
}

Result<type::Any> do_role_verb(const StartOptions& options, const Part& settings,
                               std::span<const std::string_view> arguments, const std::string& role) {
    if (auto good = home::check_role_name(role); !good) return fail(std::move(good).error());
    const auto folder = home::Paths{fs::absolute(options.home_path.value_or(".layer-cake"))}.role(role);
    auto stored = home::read_typed_settings(folder);
    if (options.create_role) {
        if (stored) return fail(Fault::busy, fmt::format("cannot create \"{}\": already exists", folder.string()));
        if (auto made = make_folders(folder); !made) return fail(std::move(made).error());
        stored.emplace();
    }
    if (!stored) return fail(std::move(stored).error());
    if (options.delete_role) {
        if (auto removed = remove_tree(folder); !removed) return fail(std::move(removed).error());
        return type::Any(CommandResponse{"delete-role", {}});
    }
    auto kept = options.factory_reset ? Result<std::vector<home::TypedSetting>>(std::vector<home::TypedSetting>())
                                      : with_given(std::move(*stored), settings, arguments);
    if (!kept) return fail(std::move(kept).error());
    std::error_code error;
    const auto program = fs::read_symlink("/proc/self/exe", error).string();
    if (auto written = home::keep_python_role(folder, program, *kept); !written)
        return fail(std::move(written).error());
    if (options.factory_reset) return type::Any(CommandResponse{"factory-reset", {}});
    return type::Any(CommandResponse{options.create_role ? "create-role" : "update-role", note_of(*kept)});
}

} // namespace layer_cake::process
