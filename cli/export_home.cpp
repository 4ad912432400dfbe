#include <algorithm>
#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/module_settings.hpp>
#include <cli/role_words.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/python_home.hpp>
#include <layer_cake/home/python_log.hpp>
#include <layer_cake/home/python_role.hpp>

namespace layer_cake::cli {
namespace {

namespace fs = std::filesystem;

Result<void> copy_all(const fs::path& from, const fs::path& to) {
    std::error_code error;
    if (!fs::exists(from, error)) return layer_cake::ok();
    fs::copy(from, to,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing | fs::copy_options::copy_symlinks,
             error);
    if (!error) return layer_cake::ok();
    return fail(system_error(fmt::format("cannot copy \"{}\" to \"{}\"", from.string(), to.string()), error.value()));
}

/// A module, and those that lie beside it, which it may import.
Result<void> copy_modules(const fs::path& folder, const fs::path& to) {
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        if (at->path().extension() == ".py")
            if (auto copied = copy_all(at->path(), to / at->path().filename()); !copied) return copied;
    return layer_cake::ok();
}

codec::Value typed(const char* signature, codec::Value word) {
    return codec::Array{signature, std::move(word), codec::Array{}};
}

std::vector<home::TypedSetting> group_settings(const codec::Value& definition) {
    std::vector<home::TypedSetting> settings;
    const auto* directory = definition.find("directory");
    if (!directory) directory = definition.find("x-directory");
    if (directory) {
        for (const auto* key : {"at_host", "at_lan"})
            if (auto place = home::host_port_words(directory->find(key)); !place.is_null())
                settings.push_back(
                    {fmt::format("directory_{}", key), typed("layer_cake.ip_networking.HostPort", std::move(place))});
        if (const auto* encrypted = directory->find("encrypted"); encrypted && encrypted->boolean())
            settings.push_back({"encrypted_directory", typed("boolean", *encrypted)});
    }
    for (const auto* key : {"restart", "retry"})
        if (const auto* rules = definition.find(key))
            if (auto retry = home::retry_of_restart(*rules); !retry.is_null()) {
                settings.push_back({"retry", typed("layer_cake.retry_intervals.RetryIntervals", std::move(retry))});
                break;
            }
    if (const auto* main = definition.find("main_role"); main && main->string())
        settings.push_back({"main_role", typed("unicode", *main)});
    return settings;
}

/// One instance of a role, into the other home.
Result<void> export_role(const home::Paths& from, const home::Paths& to, const std::string& name,
                         const ModuleSettings& settings) {
    if (auto made = home::make_role_folder(to, name); !made) return made;
    for (const auto* file : {"unique_id.json", "log_storage.json", "start_stop.json", "model"})
        if (auto copied = copy_all(from.role(name) / file, to.role(name) / file); !copied) return copied;
    if (auto kept = home::keep_python_role(to.role(name), settings.module.string(), settings.typed); !kept) return kept;
    const auto program = settings.module.filename();
    if (auto copied = copy_all(from.home / "resource" / program, to.home / "resource" / program); !copied)
        return copied;
    if (auto copied = copy_modules(settings.module.parent_path(), to.home / "script"); !copied) return copied;
    return home::export_python_log(from.logs(name), to.logs(name));
}

/// Everything into a folder that is there and empty. Gives the roles that are left out.
Result<std::vector<std::string>> fill(const home::Home& home, const home::Paths& to) {
    auto definition = read_definition(home);
    if (!definition) return fail(definition.error());
    const auto group = home.group();
    if (!group) return fail(home::to_error(group.error()));
    const auto all = role_names(*definition);
    const auto modules = read_by_modules(home, *definition, all, {});
    if (!modules) return fail(modules.error());
    if (modules->empty()) return fail(Fault::failed, "no role of it is a Python module");
    for (const auto* folder : {"script", "resource", "role", "arrivals", "departures"})
        if (auto made = make_folder(to.home / folder, 0755); !made) return fail(std::move(made).error());
    if (auto copied = copy_all(home.paths().home / "script", to.home / "script"); !copied)
        return fail(std::move(copied).error());
    if (auto made = home::make_role_folder(to, "group"); !made) return fail(std::move(made).error());
    const auto program = find_program("group-cake").value_or("group-cake");
    if (auto kept = home::keep_python_role(to.role("group"), program, group_settings(*definition)); !kept)
        return fail(std::move(kept).error());
    std::vector<std::string> left_out;
    for (const auto& role : group->roles) {
        const auto module = std::find_if(modules->begin(), modules->end(),
                                         [&](const ModuleSettings& one) { return one.role == role.base; });
        if (module == modules->end())
            left_out.push_back(role.name);
        else if (auto done = export_role(home.paths(), to, role.name, *module); !done)
            return fail(std::move(done).error());
    }
    return left_out;
}

Result<int> run(Invocation& call) {
    if (call.words.size() != 1) return fail(Fault::invalid, "export home needs the name of a folder to make");
    const auto path = shown(call.words.front());
    const auto wrong = [&](Error error) { return fail(cannot("export to", path, std::move(error))); };
    const auto home = home::Home::open(call.home);
    if (!home) return wrong(home.error());
    if (is_there(path)) return wrong({Fault::busy, "it exists"});
    if (auto made = make_folder(path, 0755); !made) return wrong(made.error());
    const auto left_out = fill(*home, home::Paths{path});
    if (!left_out) {
        (void)remove_tree(path);
        return wrong(left_out.error());
    }
    for (const auto& name : *left_out)
        note(call, fmt::format("role \"{}\" is no Python module: it is left out", name));
    return Exit::ok;
}

} // namespace

constinit const Command export_home{
    .name = "export home",
    .words = "FOLDER",
    .summary = "make a home for the Python library's command: of the roles that are its modules",
    .run = run,
    .completes = "folders",
};

} // namespace layer_cake::cli
