#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/python_home.hpp>
#include <layer_cake/home/python_role.hpp>
#include <layer_cake/process/python_module.hpp>
#include <layer_cake/process/returned_file.hpp>
#include <layer_cake/supervise/module_life.hpp>
#include <unistd.h>

namespace layer_cake::supervise {
namespace {

constexpr int faulty = 71;
constexpr std::string_view level_variable = "LAYER_CAKE_DEBUG_LEVEL=";

/// What is logged unless `run --debug-level` says otherwise: what the library logs in the background.
std::string level_for(const home::Role& role, const std::vector<std::string>& environment) {
    std::string level = "TRACE";
    for (const auto& line : environment)
        if (line.starts_with(level_variable)) level = line.substr(level_variable.size());
    for (const auto& [name, text] : role.environment)
        if (name == level_variable.substr(0, level_variable.size() - 1)) level = text;
    std::transform(level.begin(), level.end(), level.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return level;
}

} // namespace

std::optional<std::string> fault_in(std::string_view value) {
    const auto shipment = codec::parse_json(value);
    const auto* typed = shipment ? shipment->find("value") : nullptr;
    const auto* parts = typed ? typed->array() : nullptr;
    if (!parts || parts->size() != 3) return std::nullopt;
    const auto& word = (*parts)[1];
    const auto* condition = word.find("condition");
    if (!condition || !word.find("explanation") || !word.find("exit_status")) return std::nullopt;
    auto text = condition->scalar_text().value_or("");
    if (text.empty()) text = "fault";
    const auto* explanation = word.find("explanation");
    if (explanation->string() && !explanation->string()->empty()) text += fmt::format(" ({})", *explanation->string());
    return text;
}

Result<void> ModuleLife::take_lock() {
    auto lock = home::Lock::take(folder_ / "lock" / "head");
    if (!lock && lock.error().fault == Fault::busy)
        return fail(Fault::busy, "the role is run by another command: its lock is held");
    if (!lock) return fail(std::move(lock).error());
    lock_ = std::move(*lock);
    return ok();
}

Result<process::SpawnPlan> ModuleLife::prepare(const home::Role& role, const std::filesystem::path& module,
                                               const home::Paths& paths, const std::vector<std::string>& environment,
                                               process::ModuleOrders orders) {
    auto stored = home::read_typed_settings(folder_);
    auto settings =
        home::split_settings(stored ? std::move(*stored) : std::vector<home::TypedSetting>(), role.settings);
    if (auto kept = home::keep_python_role(folder_, module.string(), settings.typed); !kept)
        return fail(std::move(kept).error());
    if (auto locked = take_lock(); !locked) return fail(std::move(locked).error());
    if (auto made = make_folder(paths.home / "resource"); !made) return fail(std::move(made).error());
    if (auto opened = output_.open(); !opened) return fail(std::move(opened).error());
    if (home::is_python_home(paths.home)) {
        log_.emplace(loop_, err_, folder_ / "logs");
        if (auto opened = log_->open(); !opened) return fail(std::move(opened).error());
    }

    orders.home = paths.home.string();
    orders.role = role.name;
    orders.origin = "RUN_CHILD";
    orders.debug_level = level_for(role, environment);
    auto run = process::with_python(role, module, paths.home, environment);
    const std::vector<std::string> words(run.command.begin() + 2, run.command.end());
    run.command.resize(2);
    for (auto& argument : process::module_arguments(orders, words, settings.rest))
        run.command.push_back(std::move(argument));
    run.settings = {}; // they are in the arguments and in the role's files
    return process::plan_spawn(run, environment);
}

void ModuleLife::started(pid_t pid) {
    output_.started();
    if (log_) log_->started();
    (void)home::note_python_lock(folder_, pid, ::getpid());
}

void ModuleLife::ended(pid_t pid, home::Ended& how) {
    const auto value = output_.finish();
    if (log_) log_->finish();
    if (value.empty() || how.how != home::Ended::How::exited) return;
    (void)process::keep_returned(folder_, pid, value);
    const auto fault = fault_in(value);
    if (!fault) return;
    if (how.code == 0) how.code = faulty;
    if (how.detail.empty()) how.detail = *fault;
}

} // namespace layer_cake::supervise
