#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/systemd.hpp>
#include <limits>
#include <set>

namespace layer_cake::home::foreign {
namespace {

constexpr std::string_view no_supervisor = "systemd asks nothing after the start: see --mode=single";

constexpr ExportKey role_keys[] = {
    {"arguments"},
    {"command"},
    {"depends_on"},
    {"description"},
    {"env_file"},
    {"environment"},
    {"executable"},
    {"limits"},
    {"ports"},
    {"ready"},
    {"replica_start"},
    {"replicas"},
    {"restart"},
    {"settings"},
    {"shutdown"},
    {"type"},
    {"umask"},
    {"user"},
    {"watchdog"},
    {"working_dir"},
    {"liveness", no_supervisor},
    {"log", "the journal has what roles write"},
    {"protocol", "a worker needs its pool: see --mode=single"},
    {"readiness", "it is asked at the start only"},
};
constexpr ExportKey group_keys[] = {
    {"env_file"},
    {"environment"},
    {"include"},
    {"name"},
    {"restart"},
    {"retry"},
    {"shutdown"},
    {"working_dir"},
    {"http"},
    {"pools"}, // refused
    {"log", "the journal has what roles write"},
    {"main_role", "the end of a unit does not end its target"},
};

/// Seconds as systemd reads them.
std::string seconds(Duration span) {
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(span).count();
    return whole % 1000 == 0 ? fmt::format("{}", whole / 1000) : fmt::format("{}ms", whole);
}

std::string number(std::uint64_t limit) {
    return limit == std::numeric_limits<std::uint64_t>::max() ? "infinity" : std::to_string(limit);
}

class Unit {
public:
    Unit(Export& out, const Role& role, const std::string& prefix, bool awaited)
        : out_(out), role_(role), prefix_(prefix), once_(role.type == Role::Type::oneshot || awaited) {}

    std::string text(const SystemdPlan& plan) {
        unit_section();
        text_ += "\n[Service]\n";
        program();
        environment();
        identity(plan);
        limits();
        restarts();
        stopping();
        return std::move(text_);
    }

private:
    void line(std::string_view key, std::string_view value) { text_ += fmt::format("{}={}\n", key, value); }

    void unit_section() {
        const auto* description = out_.written(role_).find("description");
        const auto words = description ? description->scalar_text().value_or("") : "";
        text_ = "[Unit]\n";
        line("Description", unit_text(words.empty() ? out_.group().name + " " + role_.name : words));
        line("PartOf", prefix_ + ".target");
        std::string others;
        for (const auto& wait : role_.depends_on)
            others += fmt::format("{}{}-{}.service", others.empty() ? "" : " ", prefix_, wait.role);
        if (!others.empty()) {
            line("Requires", others);
            line("After", others);
        }
        const auto& rules = role_.restart;
        if (rules.policy == RestartRules::Policy::no) return;
        if (rules.max) {
            line("StartLimitIntervalSec", seconds(rules.window));
            line("StartLimitBurst", std::to_string(*rules.max));
        } else if (rules.step_limit) {
            out_.translated(role_, "restart", "\"step_limit\" is a limit within an hour");
            line("StartLimitIntervalSec", "1h");
            line("StartLimitBurst", std::to_string(*rules.step_limit + 1));
        } else {
            line("StartLimitIntervalSec", "0");
        }
    }

    std::string absolute(const std::string& program) const {
        if (program.find('/') == std::string::npos || program.starts_with('/')) return program;
        return (std::filesystem::path(role_.working_dir) / program).lexically_normal().string();
    }

    void program() {
        const bool notifies = role_.watchdog || (role_.ready && role_.ready->kind == Probe::Kind::notify);
        line("Type", once_ ? "oneshot" : notifies ? "notify" : "exec");
        std::string command = unit_word(absolute(role_.command.front()));
        for (std::size_t i = 1; i < role_.command.size(); ++i)
            command += " " + unit_word(role_.command[i]);
        line("ExecStart", command);
        if (role_.ready) ready(*role_.ready, "ready");
        if (!role_.ready && role_.readiness) ready(*role_.readiness, "readiness");
        if (role_.watchdog) line("WatchdogSec", seconds(*role_.watchdog));
    }

    /// Start jobs of others wait until the command has succeeded.
    void ready(const Probe& probe, std::string_view key) {
        std::string attempt;
        auto port = probe.address.port;
        for (const auto& known : role_.ports)
            if (known.name == probe.address.named) port = known.number;
        switch (probe.kind) {
        case Probe::Kind::notify:
            break;
        case Probe::Kind::log_line:
        case Probe::Kind::fd:
        case Probe::Kind::published:
            return out_.not_carried(role_, key, "what waits for the role waits for its start only");
        case Probe::Kind::exec:
            for (const auto& word : probe.command)
                attempt += (attempt.empty() ? "" : " ") + shell_quote(word);
            break;
        case Probe::Kind::tcp_socket:
            attempt = fmt::format("(: </dev/tcp/{}/{}) 2>/dev/null", probe.address.host, port);
            break;
        case Probe::Kind::http_get:
            attempt = fmt::format("curl -fsS -o /dev/null {}",
                                  shell_quote(fmt::format("http://{}:{}{}", probe.address.host, port, probe.path)));
            break;
        }
        const bool asks = !attempt.empty();
        if (asks && port == 0 && probe.kind != Probe::Kind::exec)
            return out_.not_carried(role_, key, "its port is another one at each start");
        if (asks) {
            const auto pause = std::chrono::duration<double>(std::max<Duration>(probe.period, 100ms)).count();
            line("ExecStartPost", fmt::format("/bin/bash -c {}",
                                              unit_word(fmt::format("until {}; do sleep {:g}; done", attempt, pause))));
        }
        const bool forever = key != "ready" || probe.timeout == Duration::zero();
        line("TimeoutStartSec", forever ? "infinity" : seconds(probe.timeout));
    }

    void environment() {
        const auto set = [this](std::string_view name, std::string_view text) {
            line("Environment", unit_word(fmt::format("{}={}", name, text), false));
        };
        bool first = true;
        for (const auto& port : role_.ports) {
            if (port.number == 0) {
                out_.not_carried(role_, "ports", "systemd finds no free port: give it a number");
            } else {
                auto name = "PORT_" + port.name;
                for (auto& c : name)
                    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
                if (std::exchange(first, false)) set("PORT", std::to_string(port.number));
                set(name, std::to_string(port.number));
            }
        }
        if (role_.index >= 0) set("LAYER_CAKE_INDEX", std::to_string(role_.index));
        if (const auto* settings = role_.settings.object(); settings && !settings->empty())
            set("LAYER_CAKE_SETTINGS", codec::write_json(role_.settings));
        for (const auto& [name, text] : role_.environment)
            set(name, text);
    }

    void identity(const SystemdPlan& plan) {
        line("WorkingDirectory", unit_text(role_.working_dir));
        const auto user = role_.user.empty() ? plan.user : role_.user;
        const auto colon = user.find(':');
        if (!user.empty()) line("User", user.substr(0, colon));
        if (colon != std::string::npos) line("Group", user.substr(colon + 1));
        if (role_.umask) line("UMask", fmt::format("{:04o}", *role_.umask));
    }

    void limits() {
        const auto& limits = role_.limits;
        if (limits.nofile) line("LimitNOFILE", number(*limits.nofile));
        if (limits.core) line("LimitCORE", number(*limits.core));
        if (limits.nproc) line("LimitNPROC", number(*limits.nproc));
        if (limits.memory) line("LimitAS", number(*limits.memory));
        if (limits.nice) line("Nice", std::to_string(*limits.nice));
    }

    void restarts() {
        const auto& rules = role_.restart;
        std::string codes;
        for (const auto code : rules.success_exit_codes)
            codes += fmt::format("{}{}", codes.empty() ? "" : " ", code);
        if (!codes.empty()) line("SuccessExitStatus", codes);
        if (rules.policy == RestartRules::Policy::no) return;
        if (once_ && rules.policy == RestartRules::Policy::always)
            out_.translated(role_, "restart", "what runs once is restarted on failure only");
        line("Restart", rules.policy == RestartRules::Policy::always && !once_ ? "always" : "on-failure");
        const auto delay = rules.regular_steps         ? *rules.regular_steps
                           : rules.first_steps.empty() ? Duration::zero()
                                                       : rules.first_steps.back();
        line("RestartSec", seconds(delay));
        if (!rules.first_steps.empty() && rules.first_steps.front() != delay)
            out_.translated(role_, "restart", fmt::format("every restart comes after {}", format_delay(delay)));
    }
    static std::string format_delay(Duration delay) {
        return fmt::format("{:g} seconds", std::chrono::duration<double>(delay).count());
    }

    void stopping() {
        const auto& rules = role_.shutdown;
        if (!rules.command.empty()) {
            std::string command = "/usr/bin/env LAYER_CAKE_PID=${MAINPID}";
            for (const auto& word : rules.command)
                command += " " + unit_word(word);
            line("ExecStop", command);
        }
        if (rules.signal != 15) line("KillSignal", signal_name(rules.signal));
        line("KillMode", rules.scope == Shutdown::Scope::process ? "mixed" : "control-group");
        line("TimeoutStopSec", rules.timeout == Duration::zero() ? "1ms" : seconds(rules.timeout));
    }

    Export& out_;
    const Role& role_;
    const std::string& prefix_;
    bool once_;
    std::string text_;
};

} // namespace

ExportResult export_systemd_split(const Source& source, const Group& group, const SystemdPlan& plan) {
    Export out(source, group);
    out.note_keys(role_keys, group_keys);
    for (const auto* key : {"http", "pools"})
        if (const auto* value = source.value.find(key); value && !value->is_null())
            out.refuse(value->mark, fmt::format("\"{}\" needs layer-cake: see --mode=single", key));

    std::set<std::string_view> awaited;
    for (const auto& role : group.roles)
        for (const auto& wait : role.depends_on)
            if (wait.condition == Condition::completed) awaited.insert(wait.role);
    const auto prefix = unit_name(group.name.empty() ? "group" : group.name);
    std::string members;
    std::vector<Text> files{{prefix + ".target", {}}};
    for (const auto& role : group.roles) {
        auto name = fmt::format("{}-{}.service", prefix, role.name);
        members += " " + name;
        files.push_back({std::move(name), Unit(out, role, prefix, awaited.contains(role.name)).text(plan)});
    }
    files.front().content =
        fmt::format("[Unit]\nDescription={}\nWants={}\n\n[Install]\nWantedBy=multi-user.target\n",
                    unit_text(group.name.empty() ? "group" : group.name), members.substr(members.empty() ? 0 : 1));
    return std::move(out).finish(std::move(files));
}

} // namespace layer_cake::home::foreign
