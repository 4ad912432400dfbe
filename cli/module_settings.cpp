#include <algorithm>
#include <cerrno>
#include <cli/definition.hpp>
#include <cli/module_settings.hpp>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/schema.hpp>
#include <layer_cake/process/arguments.hpp>
#include <layer_cake/process/python_module.hpp>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace layer_cake::cli {
namespace {

namespace fs = std::filesystem;

constexpr Duration module_patience = std::chrono::seconds(30);
constexpr std::size_t answer_limit = 1u << 20;

/// The roles as they will be; a main role may still be missing.
std::optional<home::Group> group_of(const home::Home& home, codec::Value definition) {
    definition.erase("main_role");
    auto group = home.group_of(definition);
    return group ? std::optional(std::move(*group)) : std::nullopt;
}

/// A folder that is gone when its owner is.
class ScratchHome {
public:
    ScratchHome() {
        auto pattern = (fs::temp_directory_path() / "layer-cake-XXXXXX").string();
        if (::mkdtemp(pattern.data())) path_ = pattern;
    }
    ScratchHome(const ScratchHome&) = delete;
    ScratchHome& operator=(const ScratchHome&) = delete;
    ~ScratchHome() {
        if (!path_.empty()) (void)remove_tree(path_);
    }
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// Everything a process prints until its end; nothing when that takes too long or is too much.
Result<std::string> output_of(const process::Spawned& child, const Fd& output) {
    std::string text;
    const auto deadline = std::chrono::steady_clock::now() + module_patience;
    for (char bytes[16 << 10];;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd end{output.get(), POLLIN, 0};
        const int ready = left.count() > 0 ? ::poll(&end, 1, static_cast<int>(left.count())) : 0;
        if (ready < 0 && errno == EINTR) continue;
        const auto got = ready > 0 ? ::read(output.get(), bytes, sizeof bytes) : -1;
        if (got > 0) text.append(bytes, static_cast<std::size_t>(got));
        if (got > 0 && text.size() <= answer_limit) continue;
        if (got != 0) ::kill(-child.pid, SIGKILL);
        siginfo_t ended{};
        ::waitid(P_PID, static_cast<id_t>(child.pid), &ended, WEXITED);
        if (got == 0) return text;
        return fail(Fault::timed_out, "the module did not answer --create-role");
    }
}

/// What a module that was told to make its role says of that: nothing is wrong, or a fault.
Result<void> check_answer(std::string_view output) {
    const auto shipment = codec::parse_json(output);
    const auto* value = shipment ? shipment->find("value") : nullptr;
    const auto* parts = value ? value->array() : nullptr;
    if (!parts || parts->size() != 3)
        return fail(Fault::failed, "the module did not answer --create-role: is it a layer-cake program?");
    const auto* condition = (*parts)[1].find("condition");
    if (!condition) return layer_cake::ok();
    const auto* explanation = (*parts)[1].find("explanation");
    auto said = condition->scalar_text().value_or("fault");
    if (explanation && explanation->string()) said += fmt::format(" ({})", *explanation->string());
    return fail(Fault::invalid, std::move(said));
}

Result<std::vector<home::TypedSetting>> run_module(const home::Home& home, home::Role role, const fs::path& module,
                                                   const codec::Object& settings,
                                                   const std::vector<std::string>& arguments) {
    const ScratchHome scratch;
    if (scratch.path().empty()) return fail(system_error("cannot make a folder", errno));
    std::vector<std::string> environment;
    for (char** entry = environ; *entry; ++entry)
        environment.emplace_back(*entry);
    process::ModuleOrders orders;
    orders.home = scratch.path().string();
    orders.role = role.name;
    orders.origin = "RUN";
    role = process::with_python(std::move(role), module, home.paths().home, environment);
    role.command.resize(2);
    role.command.emplace_back("--create-role=true");
    for (auto& argument : process::module_arguments(orders, arguments, settings))
        role.command.push_back(std::move(argument));
    role.settings = {};
    const auto plan = process::plan_spawn(role, environment);
    if (!plan) return fail(plan.error());
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe", errno));
    const Fd output(ends[0]);
    Fd given(ends[1]);
    const auto child = process::spawn(*plan, given.get(), STDERR_FILENO);
    if (!child) return fail(child.error());
    given.reset();
    const auto said = output_of(*child, output);
    if (!said) return fail(said.error());
    if (auto fine = check_answer(*said); !fine) return fail(std::move(fine).error());
    return home::read_typed_settings(scratch.path() / "role" / role.name);
}

/// The name within an argument, without dashes: `server_address`, or `sa` for `-sa`.
struct Named {
    std::string name;
    bool is_long = false;
};
Named name_in(std::string_view argument) {
    const auto option = argument.substr(0, argument.find('='));
    Named named;
    named.is_long = option.starts_with("--");
    named.name = option.substr(std::min<std::size_t>(named.is_long ? 2 : 1, option.size()));
    std::replace(named.name.begin(), named.name.end(), '-', '_');
    return named;
}

bool means(const Named& named, std::string_view setting) {
    return named.is_long ? named.name == setting : process::short_name(setting).substr(1) == named.name;
}

bool is_role_key(const Named& named) {
    const auto keys = home::role_keys();
    return std::any_of(keys.begin(), keys.end(), [&](const home::Key& key) {
        auto first = named;
        first.name = first.name.substr(0, first.name.find('.'));
        return key.name != "settings" && means(first, key.name);
    });
}

/// The stored settings that no argument is about, and the arguments that have a value.
codec::Object without(const codec::Value* settings, std::vector<std::string>& arguments) {
    codec::Object kept;
    if (settings && settings->object())
        for (const auto& member : *settings->object())
            if (!member.value.is_null()) kept.push_back(member);
    for (const auto& argument : arguments)
        std::erase_if(kept, [&](const codec::Member& member) { return means(name_in(argument), member.name); });
    std::erase_if(arguments, [](const std::string& argument) { return argument.ends_with('='); });
    return kept;
}

} // namespace

std::optional<std::string> find_module_word(const home::Home& home, const std::string& word) {
    std::vector<fs::path> places;
    if (word.find('/') == std::string::npos) places.push_back(home.paths().home / "script" / word);
    places.emplace_back(word);
    for (const auto& place : places)
        if (process::is_python_module(place)) return fs::absolute(place).lexically_normal().string();
    return std::nullopt;
}

bool is_module_role(const home::Home& home, const codec::Value& definition, const std::string& role) {
    const auto group = group_of(home, definition);
    if (!group) return false;
    const auto found =
        std::find_if(group->roles.begin(), group->roles.end(), [&](const home::Role& one) { return one.base == role; });
    return found != group->roles.end() && process::find_module(*found, home.paths().home).has_value();
}

ModuleArguments split_module_arguments(const std::vector<std::string>& remainder) {
    constexpr std::string_view settings = "--settings.";
    ModuleArguments split;
    for (const auto& argument : remainder) {
        if (argument.starts_with(settings))
            split.module.push_back("--" + argument.substr(settings.size()));
        else
            (is_role_key(name_in(argument)) ? split.role : split.module).push_back(argument);
    }
    return split;
}

Result<std::vector<ModuleSettings>> read_by_modules(const home::Home& home, codec::Value& definition,
                                                    const std::vector<std::string>& roles,
                                                    const std::vector<std::string>& arguments) {
    std::vector<ModuleSettings> all;
    const auto group = group_of(home, definition);
    if (!group) return all; // what is wrong is told by who checks the definition
    for (const auto& name : roles) {
        const auto role = std::find_if(group->roles.begin(), group->roles.end(),
                                       [&](const home::Role& one) { return one.base == name; });
        if (role == group->roles.end()) continue;
        const auto module = process::find_module(*role, home.paths().home);
        if (!module) continue;
        auto* section = definition.find("roles")->find(name);
        auto given = arguments;
        const auto kept = without(section->find("settings"), given);
        auto typed = run_module(home, *role, *module, kept, given);
        if (!typed) return fail(std::move(typed).error());
        codec::Value words = codec::Object{};
        for (const auto& setting : *typed)
            if (!setting.word().is_null()) words.set(setting.name, setting.word());
        if (words.object()->empty())
            section->erase("settings");
        else
            section->set("settings", std::move(words));
        all.push_back({name, *module, std::move(*typed)});
    }
    return all;
}

Result<void> keep_module_settings(const home::Home& home, const std::vector<ModuleSettings>& settings) {
    if (settings.empty()) return layer_cake::ok();
    auto source = home.source();
    if (!source) return fail(home::to_error(source.error()));
    const auto group = group_of(home, std::move(source->value));
    if (!group) return layer_cake::ok(); // what is wrong was told when it was changed
    for (const auto& one : settings)
        for (const auto& role : group->roles) {
            if (role.base != one.role) continue;
            if (auto made = home.make_role(role.name); !made) return made;
            if (auto kept = home::keep_python_role(home.paths().role(role.name), one.module.string(), one.typed); !kept)
                return kept;
        }
    return layer_cake::ok();
}

} // namespace layer_cake::cli
