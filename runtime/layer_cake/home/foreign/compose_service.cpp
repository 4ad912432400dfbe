#include <charconv>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/foreign/compose_service.hpp>
#include <layer_cake/home/foreign/shell_words.hpp>
#include <unordered_map>

namespace layer_cake::home::foreign {
namespace {

using codec::Member;

class Service {
public:
    Service(Draft& draft, codec::Value& role) : draft_(draft), role_(role) {}

    void read(const codec::Object& members) {
        go_through(members, rows(), *this, draft_);
        entrypoint_.insert(entrypoint_.end(), command_.begin(), command_.end());
        if (!entrypoint_.empty()) role_.set("command", words_value(entrypoint_, command_mark_));
        if (in_profile_) role_.set("replicas", 0);
    }

private:
    static Rows<Service> rows(), deploy_rows(), restart_rows(), health_rows(), limit_rows();

    void section(Rows<Service> rows, const Member& member) {
        if (const auto* members = draft_.mapping(member)) go_through(*members, rows, *this, draft_);
    }
    codec::Value& rules(std::string_view key) {
        auto* found = role_.find(key);
        return found ? *found : role_.set(key, codec::Object{});
    }

    // A text is split into words, as compose does; no shell has part in it.
    std::vector<std::string> words(const Member& member) {
        command_mark_ = member.value.mark;
        if (!member.value.string()) return draft_.words(member).value_or(std::vector<std::string>());
        auto words = shell_words(*member.value.string());
        if (words) return std::move(*words);
        draft_.refuse(member.value.mark, fmt::format("\"{}\" has {}", member.name, words.error().detail));
        return {};
    }
    void command(const Member& member) { command_ = words(member); }
    void entrypoint(const Member& member) { entrypoint_ = words(member); }

    void working_dir(const Member& member) {
        if (const auto text = draft_.text(member); text && !text->empty())
            role_.set("working_dir", marked(*text, member.value.mark));
    }
    void environment(const Member& member) {
        codec::Object variables;
        std::unordered_map<std::string, std::size_t> places;
        const auto add = [&](std::string_view name, const codec::Value& value, codec::Mark mark) {
            if (value.is_null())
                return draft_.translated(mark,
                                         fmt::format("\"{}\" is the environment's own, which roles have anyway", name));
            const auto [at, is_new] = places.try_emplace(std::string(name), variables.size());
            if (is_new)
                variables.emplace_back(std::string(name), value, mark);
            else
                variables[at->second].value = value; // the last one counts
        };
        if (const auto* list = member.value.array()) {
            for (const auto& item : *list) {
                const auto text = item.scalar_text().value_or("");
                const auto equal = text.find('=');
                add(std::string_view(text).substr(0, equal),
                    equal == text.npos ? codec::Value() : marked(text.substr(equal + 1), item.mark), item.mark);
            }
        } else if (const auto* members = draft_.mapping(member)) {
            for (const auto& one : *members)
                add(one.name, one.value, one.mark);
        }
        if (!variables.empty()) role_.set("environment", marked(std::move(variables), member.mark));
    }
    void env_file(const Member& member) {
        codec::Array files;
        const auto add = [&](const codec::Value& file) {
            const auto* path = file.object() ? file.find("path") : &file;
            if (!path || !path->scalar_text() || path->is_null())
                return draft_.refuse(file.mark, "\"env_file\" has an item without a path");
            if (const auto* required = file.find("required"); required && required->boolean() == false)
                draft_.translated(file.mark, fmt::format("\"{}\" must be there", *path->scalar_text()));
            files.push_back(*path);
        };
        if (const auto* list = member.value.array())
            for (const auto& item : *list)
                add(item);
        else if (!member.value.is_null())
            add(member.value);
        if (!files.empty()) role_.set("env_file", marked(std::move(files), member.mark));
    }

    void depends_on(const Member& member) {
        codec::Object waits;
        if (const auto* list = member.value.array()) {
            for (const auto& item : *list)
                if (const auto name = item.scalar_text())
                    waits.emplace_back(draft_.role_name(*name, item.mark), marked("started", item.mark), item.mark);
        } else if (const auto* members = draft_.mapping(member)) {
            for (const auto& wait : *members)
                waits.emplace_back(draft_.role_name(wait.name, wait.mark), dependency(wait), wait.mark);
        }
        if (!waits.empty()) role_.set("depends_on", marked(std::move(waits), member.mark));
    }
    codec::Value dependency(const Member& wait) {
        std::string word = "service_started";
        bool restart = false;
        if (const auto* members = draft_.mapping(wait))
            for (const auto& one : *members) {
                if (one.name == "condition")
                    word = draft_.text(one).value_or(word);
                else if (one.name == "restart")
                    restart = draft_.flag(one).value_or(false);
                else
                    draft_.not_carried(one.mark, one.name, "a role that is depended on has to be there");
            }
        auto condition = marked(own_condition(word, wait.mark), wait.mark);
        if (!restart) return condition;
        return marked(codec::Object{{"condition", std::move(condition)}, {"restart", marked(true, wait.mark)}},
                      wait.mark);
    }
    std::string own_condition(const std::string& word, codec::Mark mark) {
        if (word == "service_started") return "started";
        if (word == "service_healthy") return "ready";
        if (word == "service_completed_successfully") return "completed";
        draft_.refuse(mark, fmt::format("\"{}\" is no condition that compose has", terminal_safe(word)));
        return "started";
    }

    void restart(const Member& member) {
        auto word = draft_.text(member).value_or("no");
        if (const auto colon = word.find(':'); word.starts_with("on-failure") && colon != word.npos) {
            int count = 0;
            const auto* end = word.data() + word.size();
            if (std::from_chars(word.data() + colon + 1, end, count).ptr != end || count < 1)
                return draft_.refuse(member.value.mark,
                                     fmt::format("\"{}\" has no count of restarts", terminal_safe(word)));
            rules("restart").set("step_limit", marked(count, member.value.mark));
            word.resize(colon);
        }
        set_policy(word, member);
    }
    void restart_condition(const Member& member) {
        if (const auto word = draft_.text(member)) set_policy(*word, member);
    }
    void set_policy(std::string_view word, const Member& member) {
        const auto policy = word == "no" || word == "false" || word == "none"               ? "no"
                            : word == "on-failure"                                          ? "on_failure"
                            : word == "always" || word == "unless-stopped" || word == "any" ? "always"
                                                                                            : nullptr;
        if (policy)
            rules("restart").set("policy", marked(policy, member.value.mark));
        else
            draft_.refuse(member.value.mark, fmt::format("\"{}\" is no restart policy", terminal_safe(word)));
    }

    /// A time as compose writes it; a bare number is seconds.
    std::optional<codec::Value> span(const Member& member) {
        const auto text = draft_.text(member);
        if (!text) return std::nullopt;
        if (text->find('$') != text->npos) return marked(*text, member.value.mark); // only the environment knows
        if (const auto seconds = member.value.real()) return seconds_value(*seconds, member.value.mark);
        if (const auto read = parse_span(*text)) return marked(format_span(*read), member.value.mark);
        draft_.refuse(member.value.mark, fmt::format("\"{}\" is no time such as 1m30s", terminal_safe(*text)));
        return std::nullopt;
    }
    void set_span(std::string_view section, std::string_view key, const Member& member) {
        if (auto value = span(member)) rules(section).set(key, std::move(*value));
    }
    void stop_grace_period(const Member& member) { set_span("shutdown", "timeout", member); }
    void stop_signal(const Member& member) {
        if (const auto text = draft_.text(member)) rules("shutdown").set("signal", marked(*text, member.value.mark));
    }
    void restart_delay(const Member& member) { set_span("restart", "regular_steps", member); }
    void restart_window(const Member& member) { set_span("restart", "reset_after", member); }
    void restart_attempts(const Member& member) {
        if (const auto count = draft_.integer(member); count && *count > 0)
            rules("restart").set("step_limit", marked(*count, member.value.mark));
    }
    void deploy(const Member& member) { section(deploy_rows(), member); }
    void restart_policy(const Member& member) {
        section(restart_rows(), member);
        if (!rules("restart").find("policy")) rules("restart").set("policy", marked("always", member.mark));
    }
    void replicas(const Member& member) {
        if (const auto count = draft_.integer(member); count && *count != 1)
            role_.set("replicas", marked(*count, member.value.mark));
    }

    void profiles(const Member& member) {
        const auto names = draft_.words(member);
        if (!names || names->empty()) return;
        in_profile_ = true;
        draft_.translated(member.mark, "a service of a profile is a role of no replicas: layer-cake scale starts it");
    }

    void healthcheck(const Member& member) {
        const auto* members = draft_.mapping(member);
        if (!members) return;
        health_ = marked(codec::Object{}, member.mark);
        health_.set("period", marked("30s", member.mark)); // when it says no other
        health_.set("timeout", marked("30s", member.mark));
        go_through(*members, health_rows(), *this, draft_);
        if (health_.find("exec")) role_.set("readiness", std::move(health_));
    }
    void health_test(const Member& member) {
        if (const auto* line = member.value.string()) {
            health_.set("exec", marked(*line, member.value.mark));
            return;
        }
        auto words = draft_.words(member);
        if (!words || words->empty() || words->front() == "NONE") return;
        const auto kind = words->front();
        words->erase(words->begin());
        if ((kind != "CMD" && kind != "CMD-SHELL") || words->empty() || (kind == "CMD-SHELL" && words->size() != 1))
            return draft_.refuse(member.value.mark, "\"test\" is neither [CMD, ...] nor [CMD-SHELL, line]");
        health_.set("exec",
                    kind == "CMD" ? words_value(*words, member.value.mark) : marked(words->front(), member.value.mark));
    }
    void health_span(std::string_view key, const Member& member) {
        if (auto value = span(member)) health_.set(key, std::move(*value));
    }
    void health_interval(const Member& member) { health_span("period", member); }
    void health_timeout(const Member& member) { health_span("timeout", member); }
    void health_start(const Member& member) {
        health_span("initial_delay", member);
        draft_.translated(member.mark, "\"start_period\" is a time without attempts here: initial_delay");
    }
    void health_retries(const Member& member) {
        if (const auto count = draft_.integer(member); count && *count > 0)
            health_.set("failure_threshold", marked(*count, member.value.mark));
    }
    void health_disable(const Member& member) {
        if (draft_.flag(member).value_or(false)) health_.erase("exec");
    }

    void ulimits(const Member& member) { section(limit_rows(), member); }
    void limit(const Member& member) {
        const auto* soft = member.value.object() ? member.value.find("soft") : &member.value;
        const auto number = soft ? soft->integer() : std::nullopt;
        if (!number) return draft_.refuse(member.mark, fmt::format("\"{}\" is no limit", member.name));
        if (member.value.object() && member.value.find("hard"))
            draft_.translated(member.mark, fmt::format("\"{}\" is the soft limit, for both", member.name));
        const auto value = *number < 0 ? codec::Value("unlimited") : codec::Value(*number);
        rules("limits").set(member.name, marked(value, soft->mark));
    }

    Draft& draft_;
    codec::Value& role_;
    std::vector<std::string> entrypoint_, command_;
    codec::Mark command_mark_;
    codec::Value health_; ///< being read
    bool in_profile_ = false;
};

constexpr std::string_view no_container = "a role is a process of this machine, in no container";
constexpr std::string_view no_network = "roles share the network of this machine";
constexpr std::string_view no_cgroup = "it is a limit of containers; a role's are in limits";
constexpr std::string_view no_files = "a role has the files of this machine";

// clang-format off
Rows<Service> Service::rows() {
    static constexpr Row<Service> table[] = {
        {"annotations", nullptr, no_container},
        {"build", nullptr, "layer-cake runs programs that are there"},
        {"cap_add", nullptr, no_container},
        {"cap_drop", nullptr, no_container},
        {"cgroup", nullptr, no_container},
        {"cgroup_parent", nullptr, no_container},
        {"command", &Service::command},
        {"configs", nullptr, no_files},
        {"container_name", nullptr, no_container},
        {"cpu_shares", nullptr, no_cgroup},
        {"cpus", nullptr, no_cgroup},
        {"depends_on", &Service::depends_on},
        {"deploy", &Service::deploy},
        {"develop", nullptr, "roles are restarted by layer-cake restart"},
        {"devices", nullptr, no_container},
        {"dns", nullptr, no_network},
        {"entrypoint", &Service::entrypoint},
        {"env_file", &Service::env_file},
        {"environment", &Service::environment},
        {"expose", nullptr, no_network},
        {"extends", nullptr, "it is in another file: write what it has there into the role"},
        {"extra_hosts", nullptr, no_network},
        {"healthcheck", &Service::healthcheck},
        {"hostname", nullptr, no_network},
        {"image", nullptr, "layer-cake runs programs of this machine: install it, or name its program in command"},
        {"init", nullptr, "a group reaps what its roles leave"},
        {"ipc", nullptr, no_container},
        {"isolation", nullptr, no_container},
        {"labels", nullptr, no_container},
        {"links", nullptr, no_network},
        {"logging", nullptr, "each role has a log of its own: its sizes are in log"},
        {"mem_limit", nullptr, no_cgroup},
        {"mem_reservation", nullptr, no_cgroup},
        {"network_mode", nullptr, no_network},
        {"networks", nullptr, no_network},
        {"pid", nullptr, no_container},
        {"pids_limit", nullptr, no_cgroup},
        {"platform", nullptr, no_container},
        {"ports", nullptr, "a role listens on the machine's own ports: its address is in its command or environment"},
        {"post_start", nullptr, "write it into the command"},
        {"pre_stop", nullptr, "see shutdown: command"},
        {"privileged", nullptr, no_container},
        {"profiles", &Service::profiles},
        {"pull_policy", nullptr, no_container},
        {"read_only", nullptr, no_container},
        {"restart", &Service::restart},
        {"runtime", nullptr, no_container},
        {"scale", &Service::replicas},
        {"secrets", nullptr, no_files},
        {"security_opt", nullptr, no_container},
        {"shm_size", nullptr, no_container},
        {"stdin_open", nullptr, "a role has no terminal"},
        {"stop_grace_period", &Service::stop_grace_period},
        {"stop_signal", &Service::stop_signal},
        {"sysctls", nullptr, no_container},
        {"tmpfs", nullptr, no_files},
        {"tty", nullptr, "a role has no terminal"},
        {"ulimits", &Service::ulimits},
        {"user", nullptr, "it is a user of the image: give the role one of this machine, as user"},
        {"userns_mode", nullptr, no_container},
        {"uts", nullptr, no_container},
        {"volumes", nullptr, no_files},
        {"volumes_from", nullptr, no_files},
        {"working_dir", &Service::working_dir},
    };
    return table;
}
Rows<Service> Service::deploy_rows() {
    static constexpr Row<Service> table[] = {
        {"endpoint_mode", nullptr, no_network},
        {"labels", nullptr, no_container},
        {"mode", nullptr, "a role runs its replicas here"},
        {"placement", nullptr, "a role runs on this machine"},
        {"replicas", &Service::replicas},
        {"resources", nullptr, no_cgroup},
        {"restart_policy", &Service::restart_policy},
        {"rollback_config", nullptr, "see layer-cake-restart(1)"},
        {"update_config", nullptr, "see layer-cake-restart(1)"},
    };
    return table;
}
Rows<Service> Service::restart_rows() {
    static constexpr Row<Service> table[] = {
        {"condition", &Service::restart_condition},
        {"delay", &Service::restart_delay},
        {"max_attempts", &Service::restart_attempts},
        {"window", &Service::restart_window},
    };
    return table;
}
Rows<Service> Service::health_rows() {
    static constexpr Row<Service> table[] = {
        {"disable", &Service::health_disable},
        {"interval", &Service::health_interval},
        {"retries", &Service::health_retries},
        {"start_interval", nullptr, "a probe has one period"},
        {"start_period", &Service::health_start},
        {"test", &Service::health_test},
        {"timeout", &Service::health_timeout},
    };
    return table;
}
Rows<Service> Service::limit_rows() {
    static constexpr std::string_view none = "the limits of a role are nofile, core, nproc, memory and nice";
    static constexpr Row<Service> table[] = {
        {"as", nullptr, none},
        {"core", &Service::limit},
        {"memlock", nullptr, none},
        {"nofile", &Service::limit},
        {"nproc", &Service::limit},
        {"stack", nullptr, none},
    };
    return table;
}
// clang-format on

} // namespace

void read_service(const codec::Member& service, Draft& draft) {
    const auto* members = draft.mapping(service);
    if (!members)
        return draft.refuse(service.mark, fmt::format("service \"{}\" is empty", terminal_safe(service.name)));
    auto& role = draft.add_role(draft.role_name(service.name, service.mark), service.mark);
    Service(draft, role).read(*members);
}

} // namespace layer_cake::home::foreign
