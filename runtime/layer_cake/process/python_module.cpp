#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/process/python_module.hpp>
#include <unistd.h>

namespace layer_cake::process {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t looked_at = 256u << 10;

/// The rest of a line behind a word and the blanks after it; nothing where the line begins otherwise.
std::optional<std::string_view> behind(std::string_view line, std::string_view word) {
    if (!line.starts_with(word)) return std::nullopt;
    line.remove_prefix(word.size());
    const auto next = line.find_first_not_of(" \t");
    if (next == 0 || next == std::string_view::npos) return std::nullopt;
    return line.substr(next);
}

bool names_library(std::string_view text) {
    constexpr std::string_view name = "layer_cake";
    if (!text.starts_with(name)) return false;
    return text.size() == name.size() ||
           std::string_view(" \t\r.,;#").find(text[name.size()]) != std::string_view::npos;
}

std::string_view variable(const std::vector<std::string>& environment, std::string_view name) {
    std::string_view value;
    for (const auto& line : environment)
        if (line.starts_with(name) && line.size() > name.size() && line[name.size()] == '=')
            value = std::string_view(line).substr(name.size() + 1);
    return value;
}

/// What a role has under a name: its own value, else what it inherits.
std::string value_for(const home::Role& role, const std::vector<std::string>& base, std::string_view name) {
    std::string value(variable(base, name));
    for (const auto& [own, text] : role.environment)
        if (own == name) value = text;
    return value;
}

} // namespace

bool imports_layer_cake(std::string_view source) {
    while (!source.empty()) {
        const auto end = source.find('\n');
        auto line = source.substr(0, end);
        source.remove_prefix(end == std::string_view::npos ? source.size() : end + 1);
        for (const auto* word : {"import", "from"})
            if (const auto rest = behind(line, word); rest && names_library(*rest)) return true;
    }
    return false;
}

bool is_python_module(const fs::path& file) {
    if (file.extension() != ".py") return false;
    const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return false;
    std::string source(looked_at, '\0');
    const auto got = ::read(fd.get(), source.data(), source.size());
    return got > 0 && imports_layer_cake(std::string_view(source).substr(0, static_cast<std::size_t>(got)));
}

std::optional<fs::path> find_module(const home::Role& role, const fs::path& home) {
    if (role.settings.is_null() || role.command.empty()) return std::nullopt; // no `executable`
    const fs::path named = role.command.front();
    if (named.extension() != ".py") return std::nullopt;
    if (named.has_parent_path()) {
        auto file = (fs::path(role.working_dir) / named).lexically_normal();
        return is_python_module(file) ? std::optional(std::move(file)) : std::nullopt;
    }
    for (const auto& folder : {home / "script", fs::path(role.working_dir)})
        if (auto file = folder / named; is_python_module(file)) return file;
    return std::nullopt;
}

fs::path module_to_run(const fs::path& home, const fs::path& file) {
    std::error_code error;
    auto copy = home / "script" / file.filename();
    return !home.empty() && fs::is_regular_file(copy, error) ? copy : file;
}

std::string setting_argument(std::string_view name, const codec::Value& word) {
    const auto* text = word.string();
    std::string option(name);
    std::replace(option.begin(), option.end(), '_', '-');
    return fmt::format("--{}={}", option, text ? *text : codec::write_json(word));
}

std::vector<std::string> module_arguments(const ModuleOrders& orders, const std::vector<std::string>& words,
                                          const codec::Object& settings) {
    auto arguments = words;
    if (!orders.directory.empty()) {
        arguments.push_back("--directory-scope=" + orders.scope);
        arguments.push_back("--connect-to-directory=" + orders.directory);
        arguments.push_back(fmt::format("--encrypted-process={}", orders.encrypted));
    }
    for (const auto& setting : settings)
        arguments.push_back(setting_argument(setting.name, setting.value));
    arguments.push_back("--origin=" + orders.origin);
    arguments.emplace_back("--child-process");
    arguments.emplace_back("--full-output");
    if (!orders.home.empty()) arguments.push_back("--home-path=" + orders.home);
    arguments.push_back("--role-name=" + orders.role);
    if (!orders.debug_level.empty()) arguments.push_back("--debug-level=" + orders.debug_level);
    return arguments;
}

home::Role with_interpreter(home::Role role) {
    role.command.insert(role.command.begin(), role.interpreter);
    return role;
}

home::Role with_python(home::Role role, const fs::path& module, const fs::path& home,
                       const std::vector<std::string>& base_environment) {
    if (role.interpreter.empty()) {
        const auto virtual_environment = value_for(role, base_environment, "VIRTUAL_ENV");
        role.interpreter = virtual_environment.empty() ? "python3" : virtual_environment + "/bin/python";
    }
    role.command.front() = module_to_run(home, module).string();
    std::string search = home.empty() ? "" : (home / "script").string() + ":";
    search += module.parent_path().string();
    if (const auto more = value_for(role, base_environment, "PYTHONPATH"); !more.empty()) search += ":" + more;
    std::erase_if(role.environment, [](const auto& pair) { return pair.first == "PYTHONPATH"; });
    role.environment.emplace_back("PYTHONPATH", std::move(search));
    return with_interpreter(std::move(role));
}

} // namespace layer_cake::process
