#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/process/child_context.hpp>
#include <layer_cake/process/python_module.hpp>
#include <string_view>

namespace layer_cake::process {
namespace {

constexpr std::size_t longest_name = 64;

/// The last part of a name, in letters that a folder's name may have.
std::string plain(std::string_view wanted) {
    if (const auto colon = wanted.find(':'); colon != std::string_view::npos) wanted = wanted.substr(0, colon);
    if (const auto slash = wanted.rfind('/'); slash != std::string_view::npos) wanted.remove_prefix(slash + 1);
    if (const auto dot = wanted.rfind('.'); dot != std::string_view::npos) wanted.remove_prefix(dot + 1);
    std::string name;
    for (const char c : wanted.substr(0, longest_name)) {
        const bool fine =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        name += fine ? c : '_';
    }
    return name.empty() ? "process" : name;
}

std::string_view origin_of_child(Origin origin) {
    switch (origin) {
    case Origin::shell:
        return "SHELL";
    case Origin::run:
    case Origin::run_child:
        return "RUN_CHILD";
    default:
        return "START_CHILD";
    }
}

std::string_view level_text(object::LogLevel level) {
    constexpr std::array<std::string_view, 8> texts{"",        "DEBUG",   "TRACE", "OBJECT",
                                                    "CONSOLE", "WARNING", "FAULT", "NONE"};
    return texts[static_cast<std::size_t>(level)];
}

} // namespace

ChildNames::Name ChildNames::take(std::string_view wanted, bool exactly) {
    const auto name = plain(wanted);
    const std::lock_guard guard(mutex_);
    if (exactly && taken_.insert(name).second) return {*this, name};
    for (unsigned number = 0;; ++number) {
        auto text = fmt::format("{}-{}", name, number);
        if (taken_.insert(text).second) return {*this, std::move(text)};
    }
}

void ChildNames::give_back(const std::string& text) {
    const std::lock_guard guard(mutex_);
    taken_.erase(text);
}

std::vector<std::string> child_arguments(const ChildContext& context, std::string_view program, std::string_view role,
                                         std::string_view object, Duration patience) {
    std::vector<std::string> arguments{std::string(program), "--child-process", "--full-output",
                                       fmt::format("--origin={}", origin_of_child(context.origin)),
                                       fmt::format("--role-name={}", role)};
    if (!context.home.empty()) arguments.push_back("--home-path=" + context.home);
    if (context.log_level != object::LogLevel::none)
        arguments.push_back(fmt::format("--debug-level={}", level_text(context.log_level)));
    if (context.keep_logs) arguments.push_back("--keep-logs");
    if (context.encrypted) arguments.push_back("--encrypted-process=true");
    // It names what is still alive before it is killed for it.
    const auto own = std::max(patience * 3 / 5, patience - std::chrono::milliseconds(500));
    arguments.push_back("--shutdown-deadline=" + format_span(own));
    if (!object.empty()) arguments.push_back(fmt::format("--object-name={}", object));
    return arguments;
}

std::vector<std::string> module_child_arguments(const ChildContext& context, std::string_view role, std::uint16_t port,
                                                const codec::Object& settings) {
    ModuleOrders orders;
    orders.home = context.home;
    orders.role = role;
    orders.origin = origin_of_child(context.origin);
    if (context.log_level != object::LogLevel::none) orders.debug_level = level_text(context.log_level);
    orders.scope = "LIBRARY";
    orders.directory = fmt::format(R"({{"host": "127.0.0.1", "port": {}}})", port);
    return module_arguments(orders, {}, settings);
}

std::vector<std::string> child_environment(const char* const* environment) {
    static constexpr std::string_view private_names[] = {
        "NOTIFY_SOCKET=", "LISTEN_FDS=",       "LISTEN_PID=",          "LISTEN_FDNAMES=",     "WATCHDOG_USEC=",
        "WATCHDOG_PID=",  "LAYER_CAKE_INDEX=", "LAYER_CAKE_SETTINGS=", "LAYER_CAKE_SESSION=", "LAYER_CAKE_POOL="};
    std::vector<std::string> kept;
    for (; *environment; ++environment) {
        const std::string_view text = *environment;
        const auto is_private = [&](std::string_view name) { return text.starts_with(name); };
        if (std::none_of(std::begin(private_names), std::end(private_names), is_private)) kept.emplace_back(text);
    }
    kept.push_back(fmt::format("{}={}", session_variable, session_descriptor));
    return kept;
}

Duration patience_with_child(Duration wanted, Duration shutdown_deadline) {
    return std::min(wanted, shutdown_deadline * 4 / 5);
}

} // namespace layer_cake::process
