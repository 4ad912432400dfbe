#include "group_text.hpp"

#include <filesystem>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/foreign/compose.hpp>
#include <layer_cake/home/foreign/process_compose.hpp>
#include <layer_cake/home/foreign/procfile.hpp>
#include <layer_cake/home/foreign/supervisord.hpp>

using namespace layer_cake;
using namespace layer_cake::home;
using namespace layer_cake::home::foreign;
namespace fs = std::filesystem;

namespace {

ImportResult import(const std::string& format, const Text& text) {
    if (format == "procfile") return import_procfile(text);
    if (format == "process_compose") return import_process_compose(text);
    if (format == "compose") return import_compose(text);
    return import_supervisord({&text, 1}, {"/srv/shop", "host"});
}

const Variables environment = variables({{"PATH", "/bin"}, {"QUEUE", "mail"}, {"PORT", "80"}});

/// All that is wrong with a text of that format: its import's problems, else those of the group.
std::vector<Problem> wrong_with(const std::string& format, const Text& text, const fs::path& folder) {
    const auto imported = import(format, text);
    return imported ? check_imported(*imported, folder, environment) : imported.error();
}

/// The files of a format's corpus: those that become a group, or those that are refused.
template <class See>
void each_file(const fs::path& folder, bool refused, const See& see) {
    int files = 0;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() != ".env" && entry.path().filename().string().starts_with("refused-") == refused) {
            CAPTURE(entry.path().string());
            see(Text{entry.path().filename().string(), *read_file(entry.path())});
            ++files;
        }
    CHECK(files > 2);
}

/// The group of a text, imported, written and loaded again; and its notes.
struct Taken {
    Group group;
    std::string notes;
    Taken(const std::string& format, std::string_view content) {
        const auto imported = import(format, {"f", std::string(content)});
        REQUIRE_MESSAGE(imported, words(imported ? std::vector<Problem>{} : imported.error()));
        for (const auto& note : imported->notes)
            notes += note.text() + "\n";
        group = group_of(group_file_text(*imported), environment);
    }
    const Role& role(std::string_view name) const {
        const auto* found = group.find(name);
        REQUIRE(found);
        return *found;
    }
};

std::string refusal(const std::string& format, std::string_view content) {
    return words(wrong_with(format, {"f", std::string(content)}, "/srv/shop"));
}

using Words = std::vector<std::string>;

} // namespace

TEST_CASE("every file of the corpus becomes a group that is right, or is refused with its place") {
    for (const std::string format : {"procfile", "process_compose", "compose", "supervisord"}) {
        const auto folder = fs::path(LAYER_CAKE_FOREIGN) / format;
        each_file(folder, false, [&](const Text& text) {
            CHECK(words(wrong_with(format, text, folder)) == "");
            const auto imported = import(format, text);
            REQUIRE(imported);
            // What is printed is the same group again.
            const auto again = load_text(group_file_text(*imported), "again", folder, environment);
            REQUIRE_MESSAGE(again, words(again ? std::vector<Problem>{} : again.error()));
            CHECK(resolve(*again));
            for (const auto& note : imported->notes)
                CHECK(note.text().starts_with(text.name + ":"));
        });
        each_file(folder, true, [&](const Text& text) {
            const auto problems = wrong_with(format, text, folder);
            REQUIRE_FALSE(problems.empty());
            for (const auto& problem : problems) {
                CHECK(problem.text().starts_with(text.name + ":"));
                CHECK(problem.message.size() > 10);
            }
        });
    }
}

TEST_CASE("every key of a YAML file is carried or among the notes") {
    for (const std::string format : {"process_compose", "compose"})
        each_file(fs::path(LAYER_CAKE_FOREIGN) / format, false, [&](const Text& text) {
            const auto value = *codec::parse_yaml(text.content, text.name);
            const auto imported = *import(format, text);
            const auto has = [&](const codec::Mark& mark) {
                for (const auto& note : imported.notes)
                    if (note.at.mark == mark) return true;
                return false;
            };
            constexpr std::string_view carried[] = {
                "command",      "entrypoint", "depends_on", "environment",     "env_file",       "working_dir",
                "availability", "restart",    "shutdown",   "readiness_probe", "liveness_probe", "ready_log_line",
                "description",  "replicas",   "vars",       "healthcheck",     "stop_signal",    "stop_grace_period",
                "deploy",       "ulimits",    "scale",      "disabled"};
            for (const auto* section : {"processes", "services"})
                if (const auto* processes = value.find(section))
                    for (const auto& process : *processes->object())
                        for (const auto& key : *process.value.object()) {
                            CAPTURE(key.name);
                            const bool known =
                                std::find(std::begin(carried), std::end(carried), key.name) != std::end(carried);
                            CHECK((known || has(key.mark)));
                        }
        });
}

TEST_CASE("Procfile: the shell gets its variables, ports count up, release comes first") {
    const Taken taken("procfile", "web: run -p $PORT ${X:-y} $$\nrelease: migrate\nworker: work\n");
    CHECK(taken.role("web").command == Words{"/bin/sh", "-c", "run -p $PORT ${X:-y} $$"});
    CHECK(taken.role("web").environment == std::vector<std::pair<std::string, std::string>>{{"PORT", "5000"}});
    CHECK(taken.role("worker").environment[0].second == "5200");
    CHECK(taken.role("release").type == Role::Type::oneshot);
    CHECK(taken.role("web").depends_on == std::vector<Dependency>{{"release", Condition::completed}});
    CHECK(taken.role("web").shutdown.timeout == 5s);
    CHECK(taken.group.main_role == "");
}

TEST_CASE("Procfile: the only process ends the group; the last of equal names counts") {
    const Taken taken("procfile", "web: first\nweb: second");
    CHECK(taken.group.main_role == "web");
    CHECK(taken.role("web").command[2] == "second");
    CHECK(taken.notes == "f:1:1: \"web\" is not carried: line 2 has it again\n");
}

TEST_CASE("Procfile: a line that is none is refused with its place") {
    CHECK(refusal("procfile", "web: a\n  b c\n") == "f:2:3: not a line \"name: command\": \"b c\"");
    CHECK(refusal("procfile", "# only\n") == "f: there is nothing in it that could be run");
}

TEST_CASE("process-compose: probes, restarts, dependencies and templates") {
    const Taken taken("process_compose", R"(
vars: {P: 81}
processes:
  web:
    command: serve {{.P}} $HOME $$A
    availability: {restart: on_failure, backoff_seconds: 2, max_restarts: 4}
    readiness_probe: {http_get: {port: "{{.P}}", path: /up}, period_seconds: 3}
    depends_on: {init: {condition: process_completed_successfully}}
    shutdown: {signal: 2, timeout_seconds: 7, parent_only: true, command: bye}
  init:
    entrypoint: [prepare, "{{ .P }}"]
    availability: {exit_on_end: no}
)");
    const auto& web = taken.role("web");
    CHECK(web.command[2] == "serve 81  $A"); // HOME is not set here
    CHECK(web.restart.policy == RestartRules::Policy::on_failure);
    CHECK(web.restart.regular_steps == 2s);
    CHECK(web.restart.step_limit == 4);
    REQUIRE(web.readiness);
    CHECK(web.readiness->address.port == 81);
    CHECK(web.readiness->path == "/up");
    CHECK(web.readiness->period == 3s);
    CHECK(web.depends_on == std::vector<Dependency>{{"init", Condition::completed}});
    CHECK(web.shutdown.signal == 2);
    CHECK(web.shutdown.timeout == 7s);
    CHECK(web.shutdown.scope == Shutdown::Scope::process);
    CHECK(taken.role("init").command == Words{"prepare", "81"});
    CHECK(taken.role("init").type == Role::Type::oneshot);
    CHECK(taken.role("init").restart.policy == RestartRules::Policy::no);
}

TEST_CASE("process-compose: the shell of the file begins each command") {
    const Taken taken("process_compose",
                      "shell: {shell_command: bash, shell_argument: -ec}\ndisable_env_expansion: true\n"
                      "processes: {a: {command: 'echo ${A:-b}', ready_log_line: 'up (1) $'}}");
    CHECK(taken.role("a").command == Words{"bash", "-ec", "echo ${A:-b}"});
    REQUIRE(taken.role("a").ready);
    CHECK(taken.role("a").ready->pattern == "up \\(1\\) \\$");
}

TEST_CASE("process-compose: more than a variable in a template is refused with its place") {
    CHECK(refusal("process_compose", "processes:\n  a:\n    command: 'x {{ or .B }}'\n") ==
          "f:3:14: the template \"{{ or .B }}\" is more than a variable such as {{.NAME}}");
    CHECK(refusal("process_compose", "processes: {a: {command: x, depends_on: {b: {}}}}")
              .find("f:1:42: role \"a\" depends on \"b\"") == 0);
}

TEST_CASE("compose: what runs is carried, what is the container's is said") {
    const Taken taken("compose", R"(
services:
  web:
    image: shop
    command: serve --title "a b" ${TITLE} $$x
    restart: on-failure:3
    healthcheck: {test: [CMD, curl, -f, x], interval: 1m30s}
    depends_on: {db: {condition: service_healthy}, job: {condition: service_completed_successfully}, hub: {restart: true}}
    ulimits: {nofile: {soft: 100, hard: 200}, core: -1}
    stop_grace_period: 90
  job: {command: [job]}
  hub: {command: [hub]}
  db: {image: postgres}
)");
    const auto& web = taken.role("web");
    CHECK(web.command == Words{"serve", "--title", "a b", "", "$x"});
    CHECK(web.restart.policy == RestartRules::Policy::on_failure);
    CHECK(web.restart.step_limit == 3);
    REQUIRE(web.readiness);
    CHECK(web.readiness->command == Words{"curl", "-f", "x"});
    CHECK(web.readiness->period == 90s);
    CHECK(web.readiness->timeout == 30s);
    CHECK(web.limits.nofile == 100);
    CHECK(web.limits.core == std::numeric_limits<std::uint64_t>::max());
    CHECK(web.shutdown.timeout == 90s);
    CHECK(web.depends_on ==
          std::vector<Dependency>{{"job", Condition::completed}, {"hub", Condition::started, {}, true}});
    CHECK(taken.role("job").type == Role::Type::oneshot);
    CHECK(taken.group.find("db") == nullptr);
    CHECK(taken.notes.find("f:4:5: \"image\" is not carried") != std::string::npos);
    CHECK(taken.notes.find("f:13:3: \"db\" is not carried: its command is its image's") != std::string::npos);
}

TEST_CASE("compose: what a service extends is written out, and those of a profile have no replicas") {
    const Taken taken("compose", R"(
services:
  web:
    extends: {service: base}
    command: serve
    environment: [LEVEL=debug, MORE=1]
    depends_on: {job: {condition: service_completed_successfully}}
    healthcheck: {interval: 7s}
  base:
    extends: common
    entrypoint: [env]
    environment: {LEVEL: info, ZONE: utc}
    depends_on: [db]
    healthcheck: {test: [CMD, "true"], retries: 9}
  common: {image: x, restart: always, command: [never]}
  job: {command: job}
  db: {command: db, profiles: [data]}
)");
    const auto& web = taken.role("web");
    CHECK(web.command == Words{"env", "serve"});
    CHECK(web.restart.policy == RestartRules::Policy::always);
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    CHECK(web.environment == Pairs{{"LEVEL", "debug"}, {"ZONE", "utc"}, {"MORE", "1"}});
    CHECK(web.depends_on == std::vector<Dependency>{{"job", Condition::completed}}); // db has no replicas
    REQUIRE(web.readiness);
    CHECK(web.readiness->period == 7s);
    CHECK(web.readiness->failure_threshold == 9);
    CHECK(taken.group.find("db") == nullptr);
    CHECK(taken.notes.find("f:4:5: what \"base\" has is written out\n") != std::string::npos);
    CHECK(taken.notes.find("a service of a profile is a role of no replicas") != std::string::npos);
    const auto image = taken.notes.find("\"image\" is not carried");
    CHECK(taken.notes.find("\"image\" is not carried", image + 1) == std::string::npos);
}

TEST_CASE("compose: what extends itself, or what is not there, is refused with its place") {
    CHECK(refusal("compose", "services:\n  a: {command: x, extends: {service: b}}\n") ==
          "f:2:19: \"extends\" names \"b\", which is no service");
    CHECK(refusal("compose", "services:\n  a: {command: x, extends: a}\n").starts_with("f:2:19: \"a\" extends itself"));
    std::string chain = "services:\n  s0: {command: x}\n";
    for (int i = 1; i < 40; ++i)
        chain += "  s" + std::to_string(i) + ": {extends: s" + std::to_string(i - 1) + "}\n";
    CHECK(refusal("compose", chain).find("or too many in a row") != std::string::npos);
}

TEST_CASE("supervisord: order, restarts, expansions and processes of their own") {
    const Taken taken("supervisord", R"(
[program:late]
command=late --host=%(host_node_name)s ; a comment
priority=20
autorestart=true
[program:shard]
priority=10
command=%(here)s/shard %(process_num)02d %(ENV_QUEUE)s $5 50%%
process_name=%(program_name)s-%(process_num)d
numprocs=2
stopasgroup=true
environment=A="1,2",B='x'
exitcodes=0,2
[program:many]
command=many
process_name=%(program_name)s_%(process_num)02d
numprocs=3
numprocs_start=1
)");
    REQUIRE(taken.group.roles.size() == 6);
    CHECK(taken.group.roles[0].name == "shard-0");
    CHECK(taken.role("shard-1").command == Words{"/srv/shop/shard", "01", "mail", "$5", "50%"});
    CHECK(taken.role("shard-0").environment ==
          std::vector<std::pair<std::string, std::string>>{{"A", "1,2"}, {"B", "x"}});
    CHECK(taken.role("shard-0").restart.success_exit_codes == std::vector<int>{2});
    CHECK(taken.role("shard-0").restart.first_steps == std::vector<Duration>{1s, 2s, 3s});
    CHECK(taken.role("shard-0").shutdown.scope == Shutdown::Scope::group);
    CHECK(taken.role("late").command == Words{"late", "--host=host"});
    CHECK(taken.role("late").restart.policy == RestartRules::Policy::always);
    CHECK(taken.role("late").shutdown.scope == Shutdown::Scope::process);
    CHECK(taken.role("many-1").base == "many");
    CHECK(taken.role("many-3").index == 3);
}

TEST_CASE("supervisord: included files count, and problems say which they are in") {
    const std::vector<Text> files{{"main.conf", "[include]\nfiles = conf.d/*.conf\n  more.ini\n"},
                                  {"conf.d/a.conf", "[program:a]\ncommand=a\npriority=1\n"},
                                  {"conf.d/b.conf", "[program:b]\n\ncommand=\"b\n"}};
    CHECK(supervisord_includes(files[0]) == Words{"conf.d/*.conf", "more.ini"});
    const auto imported = import_supervisord({files.data(), 2}, {});
    REQUIRE(imported);
    CHECK(imported->notes.front().text().starts_with("conf.d/a.conf:3:1: \"priority\""));
    const auto refused = import_supervisord(files, {});
    REQUIRE_FALSE(refused);
    CHECK(words(refused.error()) == "conf.d/b.conf:3:9: \"command\" has a quote that is not closed");
}

TEST_CASE("a file of variables is read for roles where it was, and said where it was read for the file itself") {
    const Text compose{"f", "services: {a: {command: [a]}}"}, other{"f", "processes: {a: {command: a}}"};
    CHECK(import_compose(compose, ".env")->notes.front().text() ==
          "f: \".env\" is not read for variables such as ${NAME}: have them in the environment");
    CHECK(import_compose(compose, ".env")->group.find("env_file") == nullptr);
    CHECK(*import_process_compose(other, ".env")->group.find("env_file")->string() == ".env");
    const Text without{"f", "is_dotenv_disabled: true\n" + other.content};
    CHECK(import_process_compose(without, ".env")->group.find("env_file") == nullptr);
}

TEST_CASE("process-compose: what the clock would start is not started at once") {
    const auto imported =
        import_process_compose({"f", "processes: {a: {command: a, schedule: {cron: '0 2 * * *'}}}"}, "");
    REQUIRE(imported);
    CHECK(imported->group.find("roles")->find("a")->find("replicas")->integer() == 0);
    CHECK(imported->notes.back().text().find("\"schedule\" is not carried") != std::string::npos);
}

TEST_CASE("what variables would make of a small file is bounded") {
    std::string yaml = "vars: {A: '" + std::string(500'000, 'x') + "'}\nprocesses:\n";
    for (int i = 0; i < 100; ++i)
        yaml += "  a" + std::to_string(i) + ": {command: 'echo {{.A}}'}\n";
    CHECK(refusal("process_compose", yaml).find("longer than 16 MiB") != std::string::npos);

    const auto ini = "[program:a]\nnumprocs=1000\nprocess_name=%(process_num)d\ncommand=x %(process_num)d " +
                     std::string(500'000, 'y') + "\n";
    CHECK(refusal("supervisord", ini).find("longer than 16 MiB") != std::string::npos);
}
