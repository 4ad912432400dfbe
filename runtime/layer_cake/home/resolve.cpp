#include <fmt/format.h>
#include <layer_cake/home/env_file.hpp>
#include <layer_cake/home/outline.hpp>
#include <layer_cake/home/pool_check.hpp>
#include <layer_cake/home/schema_directory.hpp>
#include <layer_cake/home/schema_endpoint.hpp>
#include <layer_cake/home/source_marks.hpp>
#include <map>

namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;
using Problems = std::vector<Problem>;

std::string inside(const fs::path& folder, std::string_view path) {
    auto whole = (folder / path).lexically_normal();
    if (!whole.has_filename() && whole.has_relative_path()) whole = whole.parent_path();
    return whole.string();
}

class Resolver {
public:
    Resolver(const Source& source, Problems& problems) : source_(source), problems_(problems) {}

    Group group(const Outlines& outlines) {
        Group made;
        made.name = text(source_.value, "name").value_or(source_.folder.filename().string());
        made.main_role = text(source_.value, "main_role").value_or("");
        bind_defaults(role_keys(), &usual_);
        bind_given(group_keys(), source_.value, &usual_);
        usual_.working_dir = source_.folder.string();
        add_environment(source_.value, "", usual_.environment);
        std::size_t count = 0;
        for (const auto& outline : outlines.roles())
            count += static_cast<std::size_t>(outline.instances());
        made.roles.reserve(count);
        for (const auto& outline : outlines.roles())
            add_role(outline, outlines, made);
        check_completions(outlines);
        add_directory(made);
        add_pools(made);
        add_bridge(made);
        return made;
    }

private:
    /// What a worker is unless it says otherwise: kept alive, and with a port ready when that answers.
    void be_worker(Role& role) const {
        const auto* restart = source_.value.find("restart");
        const auto* retry = source_.value.find("retry");
        if ((restart && !restart->is_null()) || (retry && !retry->is_null())) return;
        role.restart.policy = RestartRules::Policy::always;
        role.restart.first_steps = {Duration::zero(), 250ms, 1s};
        role.restart.regular_steps = 5s;
    }

    static void add_usual_ready(Role& role) {
        Probe answers;
        answers.kind = Probe::Kind::tcp_socket;
        answers.address.named = "http";
        answers.period = 100ms;
        answers.timeout = 60s;
        role.ready = std::move(answers);
    }

    static std::optional<std::string> text(const codec::Value& section, std::string_view key) {
        const auto* value = section.find(key);
        return value && !value->is_null() ? value->scalar_text() : std::nullopt;
    }

    void add_role(const Outline& outline, const Outlines& outlines, Group& made) {
        const auto& value = *outline.value;
        Role role = usual_;
        role.base = outline.name;
        if (const auto* protocol = value.find("protocol"); protocol && !protocol->is_null()) be_worker(role);
        bind_given(role_keys(), value, &role);
        set_command(value, role);
        if (role.protocol == Protocol::http && !role.ready) add_usual_ready(role);
        if (const auto working_dir = text(value, "working_dir"))
            role.working_dir = inside(source_.folder, *working_dir);
        add_environment(value, outline.name, role.environment);
        role.environment.shrink_to_fit();
        for (const auto& wait : outline.waits) {
            const auto& target = outlines.roles()[static_cast<std::size_t>(wait.target)];
            const auto condition = wait.condition.value_or(target.usual_condition());
            for (int number = 0; number < target.instances(); ++number)
                if (wait.name == target.name || wait.name == target.instance(number))
                    add_wait(wait, target, number, condition, role);
        }
        endless_.push_back(role.restart.policy == RestartRules::Policy::always);
        for (int number = 0; number < outline.instances(); ++number) {
            made.roles.push_back(role);
            made.roles.back().name = outline.instance(number);
            made.roles.back().index = outline.replicas ? outline.first + number : -1;
            if (outline.replicas) number_names(made.roles.back());
        }
    }

    static void add_wait(const Outline::Wait& wait, const Outline& target, int number, Condition condition,
                         Role& role) {
        if (condition != Condition::published)
            return role.depends_on.push_back({target.instance(number), condition, {}, wait.restart});
        auto names = target.published(number);
        if (!wait.published.empty()) names = {wait.published};
        for (auto& name : names)
            role.depends_on.push_back({target.instance(number), condition, std::move(name), wait.restart});
    }

    /// What a replica publishes is its own.
    static void number_names(Role& role) {
        const auto numbered = [&](std::string& name) {
            if (!name.empty()) name += fmt::format("-{}", role.index);
        };
        for (auto& port : role.ports)
            numbered(port.publish);
        if (role.ready) numbered(role.ready->name);
    }

    void add_directory(Group& made) const {
        const auto* value = source_.value.find("directory");
        if (!value || value->is_null()) return;
        auto& rules = made.directory.emplace();
        bind_defaults(directory_keys, &rules);
        bind_given(directory_keys, *value, &rules);
        const auto* realm = value->find("realm");
        if (!realm || realm->is_null()) return;
        auto& joined = rules.realm.emplace();
        bind_defaults(bound_to_realm, &joined);
        bind_given(bound_to_realm, *realm, &joined);
        joined.nats = nats_rules(bound_to_realm_nats, *realm);
        place(joined.key);
    }

    /// Files are beside the group's.
    void place(std::string& path) const {
        if (!path.empty()) path = inside(source_.folder, path);
    }

    NatsRules nats_rules(std::span<const Key> keys, const codec::Value& value) const {
        NatsRules rules;
        bind_defaults(keys, &rules);
        bind_given(keys, value, &rules);
        for (auto* path : {&rules.credentials, &rules.nkey, &rules.tls.ca, &rules.tls.certificate, &rules.tls.key})
            place(*path);
        return rules;
    }

    void add_bridge(Group& made) const {
        const auto* value = source_.value.find("nats");
        if (!value || value->is_null()) return;
        auto& rules = made.nats.emplace();
        rules.nats = nats_rules(bound_to_bridge_nats, *value);
        for (const auto& route : *value->find("routes")->array())
            bind_given(nats_route_keys, route, &rules.routes.emplace_back());
    }

    void add_pools(Group& made) {
        std::map<std::string_view, Protocol> protocols;
        for (const auto& role : made.roles)
            if (role.protocol) protocols.emplace(role.base, *role.protocol);
        if (const auto* pools = source_.value.find("pools"); pools && pools->object())
            for (const auto& [name, value, mark] : *pools->object()) {
                if (name.starts_with("x-")) continue;
                auto& pool = made.pools.emplace_back();
                pool.name = name;
                bind_defaults(pool_keys, &pool);
                bind_given(pool_keys, value, &pool);
            }
        const auto* http = source_.value.find("http");
        if (!http || http->is_null()) return;
        auto& rules = made.http.emplace();
        bind_defaults(http_keys, &rules);
        bind_given(http_keys, *http, &rules);
        for (const auto& value : *http->find("routes")->array()) {
            auto& route = rules.routes.emplace_back();
            bind_given(route_keys, value, &route);
            if (!route.methods.empty()) continue;
            const auto* pool = made.find_pool(route.pool);
            const auto found = protocols.find(pool->role); // a role with no replicas is not among them
            route.methods = usual_methods(found == protocols.end() ? Protocol::http : found->second);
        }
    }

    void set_command(const codec::Value& value, Role& role) const {
        if (const auto* command = value.find("command"); command && !command->is_null()) {
            role.command = *read_command(*command);
            role.executable_text = command->array() ? role.command.front() : *command->scalar_text();
            role.interpreter.clear();
            return;
        }
        role.executable_text = *text(value, "executable");
        role.settings = codec::Object{};
        if (const auto* settings = value.find("settings"); settings && !settings->is_null()) role.settings = *settings;
        if (const auto* arguments = value.find("arguments"); arguments && !arguments->is_null())
            role.command = *read_words(*arguments);
        const bool is_path = role.executable_text.find('/') != std::string::npos;
        if (role.interpreter.find('/') != std::string::npos)
            role.interpreter = inside(source_.folder, role.interpreter);
        role.command.insert(role.command.begin(),
                            is_path ? inside(source_.folder, role.executable_text) : role.executable_text);
    }

    void add_environment(const codec::Value& section, const std::string& role, std::vector<Variable>& out) {
        if (const auto* files = section.find("env_file"); files && !files->is_null()) {
            const auto names = *read_files(*files);
            for (const auto& name : names)
                for (const auto& [variable, content] : env_file(name, files->mark, role))
                    set_variable(out, variable, content);
        }
        if (const auto* pairs = section.find("environment"); pairs && !pairs->is_null()) {
            const auto given = *read_pairs(*pairs);
            for (const auto& [variable, content] : given)
                set_variable(out, variable, content);
        }
    }

    const std::vector<Variable>& env_file(const std::string& name, codec::Mark mark, const std::string& role) {
        const auto [found, is_new] = env_files_.try_emplace(name);
        if (!is_new) return found->second;
        auto variables = read_env_file(source_.folder / name);
        if (variables)
            found->second = std::move(*variables);
        else
            problems_.push_back(
                {"", mark,
                 fmt::format("{}\"env_file\": {}", role.empty() ? "" : fmt::format("role \"{}\": ", role),
                             variables.error().detail)});
        return found->second;
    }

    void check_completions(const Outlines& outlines) {
        for (const auto& outline : outlines.roles()) {
            for (const auto& wait : outline.waits) {
                const auto index = static_cast<std::size_t>(wait.target);
                const auto& target = outlines.roles()[index];
                if (wait.condition.value_or(target.usual_condition()) == Condition::completed && endless_[index])
                    problems_.push_back(
                        {"", wait.mark,
                         fmt::format("role \"{}\" waits for \"{}\" to be completed, which is restarted always",
                                     outline.name, target.name)});
            }
        }
    }

    const Source& source_;
    Problems& problems_;
    Role usual_; ///< what every role begins as
    std::map<std::string, std::vector<Variable>> env_files_;
    std::vector<bool> endless_; ///< by role: restarted always
};

} // namespace

tl::expected<Group, Problems> resolve(const Source& source) {
    Problems problems;
    check(source.value, group_keys(), "", problems);
    const bool sound = problems.empty();
    const Outlines outlines(source.value, problems);
    if (sound) check_pools(source.value, outlines, problems);
    Group group;
    if (problems.empty()) group = Resolver(source, problems).group(outlines);
    if (problems.empty()) return group;
    place_all(problems, source);
    return tl::unexpected<Problems>(std::move(problems));
}

} // namespace layer_cake::home
