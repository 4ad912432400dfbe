#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/foreign/shell_words.hpp>
#include <layer_cake/home/foreign/supervisord_program.hpp>

namespace layer_cake::home::foreign {
namespace {

using codec::Member;

std::string small(std::string text) {
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// One role of a program.
class Program {
public:
    Program(Draft& draft, Expansions expansions, codec::Value& role)
        : draft_(draft), expansions_(std::move(expansions)), role_(role) {}

    void read(const SupervisordProgram& program) {
        for (const auto& member : program.keys)
            if (member.name == "environment") environment(member);
        go_through(program.keys, rows(), *this, draft_);
        set_defaults(program.mark);
    }

private:
    static Rows<Program> rows();

    std::string text(const Member& member) {
        auto expanded = expand_percents(*member.value.string(), expansions_);
        if (expanded && draft_.spend(expanded->size(), member.value.mark)) return std::move(*expanded);
        if (!expanded)
            draft_.refuse(member.value.mark, fmt::format("\"{}\": {}", member.name, expanded.error().detail));
        return {};
    }
    std::optional<std::int64_t> integer(const Member& member) {
        const auto number = supervisord_integer(text(member));
        if (!number) refuse(member, "an integer");
        return number;
    }
    std::optional<bool> flag(const Member& member) {
        const auto word = small(text(member));
        if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
        if (word == "false" || word == "no" || word == "off" || word == "0") return false;
        refuse(member, "true or false");
        return std::nullopt;
    }
    void refuse(const Member& member, std::string_view what) {
        draft_.refuse(member.value.mark, fmt::format("\"{}\" must be {}, not \"{}\"", member.name, what,
                                                     terminal_safe(member.value.string()->substr(0, 60))));
    }
    codec::Value& rules(std::string_view key) {
        auto* found = role_.find(key);
        return found ? *found : role_.set(key, codec::Object{});
    }

    void command(const Member& member) {
        const auto line = text(member);
        if (line.empty() && !member.value.string()->empty()) return; // refused already
        auto words = shell_words(line);
        if (!words)
            draft_.refuse(member.value.mark, fmt::format("\"command\" has {}", words.error().detail));
        else if (words->empty())
            draft_.refuse(member.mark, "\"command\" is empty");
        else
            role_.set("command", words_value(*words, member.value.mark));
    }
    void environment(const Member& member) {
        const auto pairs = supervisord_pairs(text(member));
        if (!pairs) return draft_.refuse(member.value.mark, pairs.error().detail);
        codec::Value variables{codec::Object{}};
        for (const auto& [name, value] : *pairs) {
            variables.set(name, marked(value, member.value.mark)); // of equal names the last counts
            expansions_.insert_or_assign("ENV_" + name, value);
        }
        if (!pairs->empty()) role_.set("environment", marked(std::move(variables), member.value.mark));
    }
    void directory(const Member& member) { role_.set("working_dir", marked(text(member), member.value.mark)); }
    void user(const Member& member) { role_.set("user", marked(text(member), member.value.mark)); }
    void umask(const Member& member) { role_.set("umask", marked(text(member), member.value.mark)); }

    void autostart(const Member& member) {
        if (!flag(member).value_or(true)) autostart_off_ = member.mark;
    }
    void dependent_startup(const Member& member) { plugin_starts_ = flag(member).value_or(false); }
    void autorestart(const Member& member) {
        if (small(text(member)) == "unexpected")
            policy_ = "on_failure";
        else if (const auto always = flag(member))
            policy_ = *always ? "always" : "no";
        policy_mark_ = member.value.mark;
    }
    void startsecs(const Member& member) {
        if (const auto seconds = integer(member)) startsecs_ = std::max<std::int64_t>(*seconds, 0);
    }
    void startretries(const Member& member) {
        if (const auto count = integer(member)) startretries_ = std::clamp<std::int64_t>(*count, 0, 1'000'000);
    }
    void exitcodes(const Member& member) {
        codec::Array codes;
        for (const auto& part : split(text(member), ',')) {
            const auto code = supervisord_integer(part);
            if (!code || *code < 0 || *code > 255) return refuse(member, "a list of exit statuses");
            if (*code != 0) codes.push_back(marked(*code, member.value.mark));
        }
        if (!codes.empty()) exit_codes_ = marked(std::move(codes), member.value.mark);
    }
    void stopsignal(const Member& member) { rules("shutdown").set("signal", marked(text(member), member.value.mark)); }
    void stopwaitsecs(const Member& member) {
        if (const auto seconds = integer(member))
            rules("shutdown").set("timeout", seconds_value(static_cast<double>(*seconds), member.value.mark));
    }
    void stopasgroup(const Member& member) { stops_group_ = flag(member).value_or(false); }
    void killasgroup(const Member&) {} // every process of a role is killed in the end

    void logfile(const Member& member) {
        const auto name = small(text(member));
        if (name != "none" && name != "off" && name != "auto")
            draft_.not_carried(member.mark, member.name, "the log of a role lies in the home: see layer-cake-log(1)");
    }
    void log_size(const Member& member) {
        auto word = text(member);
        if (word.find('$') != word.npos) return;
        const auto bytes = parse_size(word);
        if (!bytes) return refuse(member, "a size");
        if (*bytes >= 8192)
            rules("log").set("max_size", marked(format_size(*bytes), member.value.mark));
        else
            draft_.not_carried(member.mark, member.name, "the log of a role is always bounded");
    }
    void log_count(const Member& member) {
        if (const auto count = integer(member)) // the one being written is among ours
            rules("log").set("max_files", marked(std::clamp<std::int64_t>(*count + 1, 2, 100'000), member.value.mark));
    }
    void redirect(const Member& member) {
        if (!flag(member).value_or(true)) return; // both are in one log, each line with its stream
    }

    void wait_for(const Member& member) {
        codec::Object waits;
        auto words = text(member);
        std::replace(words.begin(), words.end(), '\n', ' ');
        for (const auto& word : split(words, ' ')) {
            if (word.empty()) continue;
            const auto colon = word.rfind(':');
            const auto state = colon == word.npos ? "" : small(word.substr(colon + 1));
            const auto condition = state == "running" ? "ready" : state == "exited" ? "completed" : "started";
            const auto name = draft_.role_name(word.substr(0, colon), member.value.mark);
            if (std::none_of(waits.begin(), waits.end(), [&](const Member& one) { return one.name == name; }))
                waits.emplace_back(name, marked(condition, member.value.mark), member.value.mark);
        }
        if (!waits.empty()) role_.set("depends_on", marked(std::move(waits), member.value.mark));
    }
    void seen(const Member&) {}

    /// What supervisord does when the file says nothing.
    void set_defaults(codec::Mark mark) {
        auto& restart = role_.set("restart", marked(codec::Object{}, mark));
        restart.set("policy", marked(policy_, policy_mark_.line != 0 ? policy_mark_ : mark));
        if (std::string_view(policy_) != "no") {
            // A start that fails is tried again after 1, 2, 3 ... seconds; a process that was up, after one.
            if (startsecs_ > 0) {
                codec::Array steps;
                for (int step = 1; step <= std::min<std::int64_t>(startretries_, 5); ++step)
                    steps.push_back(fmt::format("{}s", step));
                if (!steps.empty()) restart.set("first_steps", std::move(steps));
                restart.set("step_limit",
                            std::max<std::int64_t>(startretries_, 1)); // with none it would never run again
                restart.set("reset_after", seconds_value(static_cast<double>(startsecs_), mark));
            }
            if (!exit_codes_.is_null() && std::string_view(policy_) == "on_failure")
                restart.set("success_exit_codes", exit_codes_);
        }
        if (autostart_off_.line != 0 && !plugin_starts_) {
            role_.set("replicas", marked(0, autostart_off_));
            draft_.translated(autostart_off_,
                              "what is not started at once is a role of no replicas: layer-cake scale starts it");
        }
        if (!stops_group_) rules("shutdown").set("scope", marked("process", mark));
    }

    Draft& draft_;
    Expansions expansions_;
    codec::Value& role_;
    const char* policy_ = "on_failure";
    codec::Mark policy_mark_;
    std::int64_t startsecs_ = 1, startretries_ = 3;
    codec::Value exit_codes_;
    bool stops_group_ = false;
    codec::Mark autostart_off_; ///< where it is, if it is
    bool plugin_starts_ = false;
};

constexpr std::string_view no_events = "there are no event listeners";

// clang-format off
Rows<Program> Program::rows() {
    static constexpr Row<Program> table[] = {
        {"autorestart", &Program::autorestart},
        {"autostart", &Program::autostart},
        {"command", &Program::command},
        {"dependent_startup", &Program::dependent_startup},
        {"dependent_startup_wait_for", &Program::wait_for},
        {"directory", &Program::directory},
        {"environment", &Program::seen}, // first of all
        {"exitcodes", &Program::exitcodes},
        {"killasgroup", &Program::killasgroup},
        {"numprocs", &Program::seen},
        {"numprocs_start", &Program::seen},
        {"priority", &Program::seen},
        {"process_name", &Program::seen},
        {"redirect_stderr", &Program::redirect},
        {"serverurl", nullptr, "a role finds its group by LAYER_CAKE_HOME"},
        {"startretries", &Program::startretries},
        {"startsecs", &Program::startsecs},
        {"stderr_capture_maxbytes", nullptr, no_events},
        {"stderr_events_enabled", nullptr, no_events},
        {"stderr_logfile", &Program::logfile},
        {"stderr_logfile_backups", nullptr, "both streams are in one log"},
        {"stderr_logfile_maxbytes", nullptr, "both streams are in one log"},
        {"stderr_syslog", nullptr, "the log of a role lies in the home"},
        {"stdout_capture_maxbytes", nullptr, no_events},
        {"stdout_events_enabled", nullptr, no_events},
        {"stdout_logfile", &Program::logfile},
        {"stdout_logfile_backups", &Program::log_count},
        {"stdout_logfile_maxbytes", &Program::log_size},
        {"stdout_syslog", nullptr, "the log of a role lies in the home"},
        {"stopasgroup", &Program::stopasgroup},
        {"stopsignal", &Program::stopsignal},
        {"stopwaitsecs", &Program::stopwaitsecs},
        {"umask", &Program::umask},
        {"user", &Program::user},
    };
    return table;
}
// clang-format on

const Member* find(const codec::Object& keys, std::string_view name) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const Member& one) { return one.name == name; });
    return found == keys.end() ? nullptr : &*found;
}

std::int64_t number(const SupervisordProgram& program, std::string_view key, std::int64_t usual, Draft& draft) {
    const auto* member = find(program.keys, key);
    if (!member) return usual;
    const auto number = supervisord_integer(*member->value.string());
    if (number && *number >= 0 && *number <= 1000) return *number;
    draft.refuse(member->value.mark, fmt::format("\"{}\" must be a number from 0 to 1000", key));
    return usual;
}

/// Whether one process is unlike another by more than its name.
bool differs_by_number(const SupervisordProgram& program) {
    for (const auto* key : {"command", "directory", "environment"})
        if (const auto* member = find(program.keys, key))
            if (member->value.string()->find("%(process_num)") != std::string::npos) return true;
    return false;
}

} // namespace

void add_program(const SupervisordProgram& program, const Expansions& common, Draft& draft) {
    auto expansions = common;
    expansions["program_name"] = program.name;
    expansions["group_name"] = program.group.empty() ? program.name : program.group;
    const auto count = number(program, "numprocs", 1, draft), first = number(program, "numprocs_start", 0, draft);
    expansions["numprocs"] = std::to_string(count);
    expansions["process_num"] = std::to_string(first);
    if (!find(program.keys, "command"))
        return draft.refuse(program.mark, fmt::format("program \"{}\" has no command", terminal_safe(program.name)));

    const auto* process_name = find(program.keys, "process_name");
    const auto add = [&](const std::string& name) -> codec::Value& {
        auto& role = draft.add_role(draft.role_name(name, program.mark), program.mark);
        Program(draft, expansions, role).read(program);
        return role;
    };
    if (count > 1 && !differs_by_number(program)) {
        auto& role = add(program.name);
        if (!role.find("replicas")) role.set("replicas", marked(count, program.mark));
        if (first > 0) role.set("replica_start", marked(first, program.mark));
        if (process_name)
            draft.translated(process_name->mark, "the processes are named by their role and number, such as web-0");
        return;
    }
    for (auto index = first; index < first + std::max<std::int64_t>(count, 1); ++index) {
        if (draft.roles().size() >= instance_limit)
            return draft.refuse(program.mark, fmt::format("more than {} roles", instance_limit));
        if (draft.is_spent()) return;
        expansions["process_num"] = std::to_string(index);
        std::string name = program.name;
        if (process_name) {
            if (auto text = expand_percents(*process_name->value.string(), expansions))
                name = *text;
            else
                draft.refuse(process_name->value.mark, fmt::format("\"process_name\": {}", text.error().detail));
        } else if (count > 1) {
            name = fmt::format("{}-{}", program.name, index);
        }
        add(name);
    }
}

Result<std::vector<std::pair<std::string, std::string>>> supervisord_pairs(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> pairs;
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ','; };
    for (std::size_t at = 0; at < text.size();) {
        if (blank(text[at])) {
            ++at;
            continue;
        }
        const auto start = at;
        while (at < text.size() && text[at] != '=' && !blank(text[at]))
            ++at;
        const auto name = text.substr(start, at - start);
        while (at < text.size() && blank(text[at]) && text[at] != ',')
            ++at;
        if (name.empty() || at == text.size() || text[at] != '=')
            return fail(Fault::invalid, fmt::format("\"environment\" has what is no KEY=\"text\": \"{}\"",
                                                    terminal_safe(name.substr(0, 60))));
        ++at;
        while (at < text.size() && blank(text[at]) && text[at] != ',')
            ++at;
        std::string value;
        if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
            const auto close = text.find(text[at], at + 1);
            if (close == text.npos) return fail(Fault::invalid, "\"environment\" has a quote that is not closed");
            value = text.substr(at + 1, close - at - 1);
            at = close + 1;
        } else {
            while (at < text.size() && !blank(text[at]))
                value += text[at++];
        }
        pairs.emplace_back(name, std::move(value));
        if (pairs.size() > 1000) return fail(Fault::invalid, "\"environment\" has more than 1,000 variables");
    }
    return pairs;
}

std::optional<std::int64_t> supervisord_integer(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return number;
}

} // namespace layer_cake::home::foreign
