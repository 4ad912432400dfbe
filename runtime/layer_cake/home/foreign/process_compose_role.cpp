#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/process_compose_role.hpp>
#include <layer_cake/home/foreign/variable_text.hpp>

namespace layer_cake::home::foreign {
namespace {

using codec::Member;

struct Word {
    std::string_view theirs, ours, note{};
};

constexpr Word policies[] = {
    {"always", "always"},
    {"exit_on_failure", "no", "\"exit_on_failure\" is not carried: the role is not restarted, and the group goes on"},
    {"false", "no"},
    {"no", "no"},
    {"on_failure", "on_failure"},
};

constexpr Word conditions[] = {
    {"process_completed", "completed", "\"process_completed\" is completed here: the other must have succeeded"},
    {"process_completed_successfully", "completed"},
    {"process_healthy", "ready"},
    {"process_log_ready", "ready"},
    {"process_started", "started"},
};

/// One process.
class Process {
public:
    Process(ProcessProject& project, Draft& draft, std::string name, codec::Value& role)
        : project_(project), draft_(draft), name_(std::move(name)), role_(role), vars_(project.vars) {}

    void read(const codec::Object& members) {
        for (const auto& member : members)
            if (member.name == "vars") add_template_variables(member, vars_, draft_);
        go_through(members, rows(), *this, draft_);
    }

private:
    static Rows<Process> rows(), availability_rows(), shutdown_rows(), probe_rows(), http_rows(), exec_rows();

    // Texts.
    std::string ready(std::string text, codec::Mark at) {
        if (draft_.is_spent()) return {};
        auto filled = fill_template(text, vars_);
        if (!filled) {
            draft_.refuse(at, std::move(filled).error().detail);
            return text;
        }
        if (!draft_.spend(filled->size(), at)) return {};
        return project_.expands ? with_empty_variables(*filled) : without_variables(*filled);
    }
    void ready(codec::Value& value) {
        if (value.string())
            value = marked(ready(*value.string(), value.mark), value.mark);
        else if (auto* items = value.array())
            for (auto& item : *items)
                ready(item);
        else if (auto* members = value.object())
            for (auto& member : *members)
                ready(member.value);
    }
    /// A line for the shell that the file names.
    codec::Value line(const Member& member) {
        const auto text = ready(draft_.text(member).value_or(""), member.value.mark);
        if (project_.shell.empty()) return marked(text, member.value.mark);
        return words_value({project_.shell[0], project_.shell[1], text}, member.value.mark);
    }
    void set_text(std::string_view key, const Member& member) {
        if (const auto text = draft_.text(member); text && !text->empty())
            role_.set(key, marked(ready(*text, member.value.mark), member.value.mark));
    }

    // Keys.
    void command(const Member& member) {
        if (!member.value.is_null()) role_.set("command", line(member));
    }
    void entrypoint(const Member& member) {
        auto words = draft_.words(member);
        if (!words || words->empty() || role_.find("command")) return;
        for (auto& word : *words)
            word = ready(word, member.value.mark);
        role_.set("command", words_value(*words, member.value.mark));
    }
    void description(const Member& member) { set_text("description", member); }
    void working_dir(const Member& member) { set_text("working_dir", member); }
    void environment(const Member& member) {
        if (member.value.is_null()) return;
        auto value = member.value;
        ready(value);
        role_.set("environment", std::move(value));
    }
    void env_file(const Member& member) {
        if (member.value.is_null()) return;
        auto value = member.value;
        ready(value);
        role_.set("env_file", std::move(value));
    }
    void replicas(const Member& member) {
        const auto count = draft_.integer(member);
        if (count && *count > 1) role_.set("replicas", marked(*count, member.value.mark));
    }
    void disabled(const Member& member) {
        if (!draft_.flag(member).value_or(false)) return;
        role_.set("replicas", marked(0, member.value.mark));
        draft_.translated(member.mark, "a disabled process is a role of no replicas: layer-cake scale starts it");
    }
    void schedule(const Member& member) {
        role_.set("replicas", marked(0, member.value.mark)); // it would run at once
        draft_.not_carried(member.mark, member.name,
                           "a role is not started by the clock: it has no replicas until layer-cake scale starts it");
    }
    void is_foreground(const Member& member) { disabled(member); }
    void is_daemon(const Member& member) {
        if (draft_.flag(member).value_or(false))
            draft_.not_carried(member.mark, member.name, "let the program stay in the foreground");
    }
    void depends_on(const Member& member) {
        const auto* members = draft_.mapping(member);
        if (!members) return;
        codec::Object waits;
        for (const auto& wait : *members) {
            const auto role = draft_.role_name(wait.name, wait.mark);
            waits.emplace_back(role, marked(condition(wait, role), wait.mark), wait.mark);
        }
        if (!waits.empty()) role_.set("depends_on", marked(std::move(waits), member.mark));
    }
    std::string condition(const Member& wait, const std::string& role) {
        std::string word = "process_started";
        if (const auto* members = draft_.mapping(wait))
            for (const auto& one : *members) {
                if (one.name == "condition")
                    word = draft_.text(one).value_or(word);
                else
                    draft_.not_carried(one.mark, one.name, "a dependency has only a condition");
            }
        const auto* found = find(conditions, word);
        if (!found) {
            draft_.refuse(wait.mark,
                          fmt::format("\"{}\" is no condition that process-compose has", terminal_safe(word)));
            return "started";
        }
        if (!found->note.empty()) draft_.translated(wait.mark, std::string(found->note));
        if (found->ours == "completed") project_.completed.push_back(role);
        return std::string(found->ours);
    }
    void availability(const Member& member) {
        section(availability_rows(), member);
        auto* rules = role_.find("restart"); // ours would be on_failure
        if (rules && !rules->find("policy")) rules->set("policy", marked("no", member.mark));
    }
    void shutdown(const Member& member) { section(shutdown_rows(), member); }

    void restart(const Member& member) {
        const auto word = draft_.text(member).value_or("no");
        const auto* found = find(policies, word);
        if (!found)
            return draft_.refuse(member.value.mark, fmt::format("\"{}\" is no restart policy", terminal_safe(word)));
        if (!found->note.empty()) draft_.translated(member.mark, std::string(found->note));
        role_rules("restart").set("policy", marked(found->ours, member.value.mark));
    }
    void backoff(const Member& member) {
        if (const auto seconds = draft_.number(member))
            role_rules("restart").set("regular_steps", seconds_value(*seconds, member.value.mark));
    }
    void max_restarts(const Member& member) {
        const auto count = draft_.integer(member);
        if (count && *count > 0) role_rules("restart").set("step_limit", marked(*count, member.value.mark));
    }
    void exit_on_end(const Member& member) {
        if (draft_.flag(member).value_or(false)) project_.exit_on_end.push_back({name_, member.mark});
    }

    void stop_command(const Member& member) { role_rules("shutdown").set("command", line(member)); }
    void stop_timeout(const Member& member) {
        if (const auto seconds = draft_.number(member); seconds && *seconds > 0)
            role_rules("shutdown").set("timeout", seconds_value(*seconds, member.value.mark));
    }
    void stop_signal(const Member& member) {
        if (const auto number = draft_.integer(member))
            role_rules("shutdown").set("signal", marked(*number, member.value.mark));
    }
    void parent_only(const Member& member) {
        if (draft_.flag(member).value_or(false))
            role_rules("shutdown").set("scope", marked("process", member.value.mark));
    }

    void ready_log_line(const Member& member) {
        const auto text = draft_.text(member);
        if (!text || text->empty()) return;
        auto& ready = role_rules("ready");
        // An expression with a dollar sign would be a variable.
        ready.set("log_line", marked(without_variables(pattern_of(*text)), member.value.mark));
        ready.set("timeout", marked("0s", member.mark));
    }
    void readiness(const Member& member) { probe("readiness", member); }
    void liveness(const Member& member) { probe("liveness", member); }

    void probe(std::string_view key, const Member& member) {
        const auto* members = draft_.mapping(member);
        if (!members) return;
        probe_ = marked(codec::Object{}, member.mark);
        probe_.set("period", marked("10s", member.mark)); // when it says no other
        go_through(*members, probe_rows(), *this, draft_);
        if (probe_.find("exec") || probe_.find("http_get"))
            role_.set(key, std::move(probe_));
        else
            draft_.refuse(member.mark, fmt::format("\"{}\" has neither exec nor http_get", member.name));
    }
    void probe_exec(const Member& member) { section(exec_rows(), member); }
    void probe_command(const Member& member) { probe_.set("exec", line(member)); }
    void probe_http(const Member& member) {
        http_ = marked(codec::Object{}, member.mark);
        section(http_rows(), member);
        if (http_.find("port"))
            probe_.set("http_get", std::move(http_));
        else
            draft_.refuse(member.mark, "\"http_get\" has no port");
    }
    void http_host(const Member& member) { set_http("host", member); }
    void http_path(const Member& member) { set_http("path", member); }
    void http_port(const Member& member) {
        const auto text = draft_.text(member);
        if (!text) return;
        const auto filled = ready(*text, member.value.mark);
        const bool is_number = !filled.empty() && filled.find_first_not_of("0123456789") == filled.npos;
        http_.set("port",
                  marked(is_number ? codec::Value(codec::Number{filled}) : codec::Value(filled), member.value.mark));
    }
    void http_scheme(const Member& member) {
        if (draft_.text(member).value_or("http") != "http")
            draft_.not_carried(member.mark, member.name, "probes speak plain HTTP: use exec with curl");
    }
    void set_http(std::string_view key, const Member& member) {
        if (const auto text = draft_.text(member); text && !text->empty())
            http_.set(key, marked(ready(*text, member.value.mark), member.value.mark));
    }
    void probe_seconds(std::string_view key, const Member& member) {
        if (const auto seconds = draft_.number(member); seconds && *seconds > 0)
            probe_.set(key, seconds_value(*seconds, member.value.mark));
    }
    void probe_count(std::string_view key, const Member& member) {
        if (const auto count = draft_.integer(member); count && *count > 0)
            probe_.set(key, marked(*count, member.value.mark));
    }
    void initial_delay(const Member& member) { probe_seconds("initial_delay", member); }
    void period(const Member& member) { probe_seconds("period", member); }
    void timeout(const Member& member) { probe_seconds("timeout", member); }
    void successes(const Member& member) { probe_count("success_threshold", member); }
    void failures(const Member& member) { probe_count("failure_threshold", member); }
    void seen(const Member&) {} // by read()

    template <std::size_t N>
    static const Word* find(const Word (&words)[N], std::string_view theirs) {
        const auto* found = std::find_if(words, words + N, [&](const Word& word) { return word.theirs == theirs; });
        return found == words + N ? nullptr : found;
    }
    void section(Rows<Process> rows, const Member& member) {
        if (const auto* members = draft_.mapping(member)) go_through(*members, rows, *this, draft_);
    }
    /// A section of the role, made when it is first needed.
    codec::Value& role_rules(std::string_view key) {
        auto* found = role_.find(key);
        return found ? *found : role_.set(key, codec::Object{});
    }

    ProcessProject& project_;
    Draft& draft_;
    std::string name_;
    codec::Value& role_;
    TemplateVariables vars_;
    codec::Value probe_, http_; ///< being read
};

constexpr std::string_view own_log = "each role has a log of its own in the home: see layer-cake-log(1)";

// clang-format off
Rows<Process> Process::rows() {
    static constexpr Row<Process> table[] = {
        {"availability", &Process::availability},
        {"command", &Process::command},
        {"depends_on", &Process::depends_on},
        {"description", &Process::description},
        {"disable_ansi_colors", nullptr, "logs keep what a role has written"},
        {"disabled", &Process::disabled},
        {"entrypoint", &Process::entrypoint},
        {"env_file", &Process::env_file},
        {"environment", &Process::environment},
        {"is_daemon", &Process::is_daemon},
        {"is_dotenv_disabled", nullptr, "a file .env is read only where env_file names it"},
        {"is_elevated", nullptr, "run the group as root and give the others a user"},
        {"is_foreground", &Process::is_foreground},
        {"is_interactive", nullptr, "a role has no terminal"},
        {"is_tty", nullptr, "a role has no terminal"},
        {"launch_timeout_seconds", nullptr, "it belongs to is_daemon"},
        {"liveness_probe", &Process::liveness},
        {"log_configuration", nullptr, own_log},
        {"log_location", nullptr, own_log},
        {"namespace", nullptr, "a group has no parts with names: make it two groups"},
        {"readiness_probe", &Process::readiness},
        {"ready_log_line", &Process::ready_log_line},
        {"replicas", &Process::replicas},
        {"schedule", &Process::schedule},
        {"shutdown", &Process::shutdown},
        {"vars", &Process::seen},
        {"working_dir", &Process::working_dir},
    };
    return table;
}
Rows<Process> Process::availability_rows() {
    static constexpr Row<Process> table[] = {
        {"backoff_seconds", &Process::backoff},
        {"exit_on_end", &Process::exit_on_end},
        {"exit_on_skipped", nullptr, "a role is never skipped"},
        {"max_restarts", &Process::max_restarts},
        {"restart", &Process::restart},
    };
    return table;
}
Rows<Process> Process::shutdown_rows() {
    static constexpr Row<Process> table[] = {
        {"command", &Process::stop_command},
        {"parent_only", &Process::parent_only},
        {"signal", &Process::stop_signal},
        {"timeout_seconds", &Process::stop_timeout},
    };
    return table;
}
Rows<Process> Process::probe_rows() {
    static constexpr Row<Process> table[] = {
        {"exec", &Process::probe_exec},
        {"failure_threshold", &Process::failures},
        {"http_get", &Process::probe_http},
        {"initial_delay_seconds", &Process::initial_delay},
        {"period_seconds", &Process::period},
        {"success_threshold", &Process::successes},
        {"timeout_seconds", &Process::timeout},
    };
    return table;
}
Rows<Process> Process::exec_rows() {
    static constexpr Row<Process> table[] = {
        {"command", &Process::probe_command},
        {"working_dir", nullptr, "a probe runs where its role does"},
    };
    return table;
}
Rows<Process> Process::http_rows() {
    static constexpr Row<Process> table[] = {
        {"headers", nullptr, "a probe sends none of its own: use exec with curl"},
        {"host", &Process::http_host},
        {"num_port", &Process::http_port},
        {"path", &Process::http_path},
        {"port", &Process::http_port},
        {"scheme", &Process::http_scheme},
        {"status_code", nullptr, "a status from 200 to 399 is success"},
    };
    return table;
}
// clang-format on

} // namespace

void add_template_variables(const codec::Member& vars, TemplateVariables& to, Draft& draft) {
    if (const auto* members = draft.mapping(vars))
        for (const auto& variable : *members)
            if (auto text = draft.text(variable)) to.insert_or_assign(variable.name, std::move(*text));
}

void read_process(const codec::Member& process, ProcessProject& project, Draft& draft) {
    const auto* members = draft.mapping(process);
    if (!members)
        return draft.refuse(process.mark, fmt::format("process \"{}\" is empty", terminal_safe(process.name)));
    const auto name = draft.role_name(process.name, process.mark);
    auto& role = draft.add_role(name, process.mark);
    Process(project, draft, name, role).read(*members);
    if (!role.find("command"))
        draft.refuse(process.mark, fmt::format("process \"{}\" has no command", terminal_safe(process.name)));
}

} // namespace layer_cake::home::foreign
