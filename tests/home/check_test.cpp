#include "group_text.hpp"

using namespace layer_cake;
using namespace layer_cake::home;

namespace {
/// The problem of a role `a` whose second line is `text`.
std::string in_role(const std::string& text) {
    return problems_of("roles: {b: {command: x}, a: {command: x,\n" + text + "}}");
}
std::string in_group(const std::string& text) {
    return problems_of("roles: {a: {command: x}}\n" + text + "\n");
}
} // namespace

TEST_CASE("all problems of a file are told at once, each with its place") {
    CHECK(problems_of("nam: shop\n"
                      "roles:\n"
                      "  web:\n"
                      "    comand: [a]\n"
                      "    replicas: many\n"
                      "    depends_on: [cahce]\n"
                      "  cache:\n"
                      "    command: [a]\n"
                      "    ready: {tcp_socket: 1, log_line: x}\n") ==
          "layer-cake.yaml:1:1: unknown key \"nam\" (did you mean \"name\"?)\n"
          "layer-cake.yaml:4:5: role \"web\": unknown key \"comand\" (did you mean \"command\"?)\n"
          "layer-cake.yaml:5:15: role \"web\": \"replicas\" must be an integer from 0 to 1000, not \"many\"\n"
          "layer-cake.yaml:6:18: role \"web\" depends on \"cahce\", which is not defined (did you mean \"cache\"?)\n"
          "layer-cake.yaml:9:38: role \"cache\": \"ready\" has \"tcp_socket\" and \"log_line\", which exclude each "
          "other");
}

TEST_CASE("a wrong value of a role says what it must be") {
    const std::pair<const char*, const char*> table[] = {
        {"type: [x]", "\"type\" must be service or oneshot, not a list"},
        {"type: daemon", "\"type\" must be service or oneshot, not \"daemon\" (did you mean \"service\"?)"},
        {"arguments: [x]", "\"arguments\" needs \"executable\" (a command has its arguments in its list)"},
        {"working_dir: [x]", "\"working_dir\" must be text, not a list"},
        {"environment: x", "\"environment\" must be a mapping of names to text, or a list of NAME=text, not \"x\""},
        {"environment: {A: }", "\"environment\" has no value for A (write \"\" for an empty one)"},
        {"environment: {A: [x]}", "\"environment\" has a value for A that must be text, not a list"},
        {"environment: {\"A B\": x}", "\"environment\" has a variable name that cannot be used: \"A B\""},
        {"environment: [A]", "\"environment\" has an item that is not NAME=text: \"A\""},
        {"environment: [A=1, A=2]", "\"environment\" has A twice"},
        {"environment: {A: \"x\\0y\"}", "\"environment\" has a value for A that must not contain a NUL character"},
        {"env_file: {}", "\"env_file\" must be a path, or a list of paths, not a mapping"},
        {"replicas: 1001", "\"replicas\" must be an integer from 0 to 1000, not \"1001\""},
        {"replicas: -1", "\"replicas\" must be an integer from 0 to 1000, not \"-1\""},
        {"replicas: 1.5", "\"replicas\" must be an integer from 0 to 1000, not \"1.5\""},
        {"replica_start: 1", "\"replica_start\" needs \"replicas\""},
        {"depends_on: x", "\"depends_on\" must be a list of roles or a mapping of roles to conditions, not \"x\""},
        {"depends_on: {b: {restart: again}}", "\"depends_on.b.restart\" must be true or false, not \"again\""},
        {"depends_on: {b: healty}", "\"depends_on.b\" must be started, ready, healthy, completed or published, not "
                                    "\"healty\" (did you mean \"healthy\"?)"},
        {"depends_on: {b: {condition: service_healthy}}", "\"depends_on.b.condition\" must be started, ready, healthy, "
                                                          "completed or published, not \"service_healthy\" (did you "
                                                          "mean \"healthy\"?)"},
        {"depends_on: {b: service_completed_successfully}",
         "\"depends_on.b\" must be started, ready, healthy, completed or published, not "
         "\"service_completed_successfully\" (did "
         "you mean \"completed\"?)"},
        {"ready: {}", "\"ready\" needs one of tcp_socket, http_get, exec, log_line, notify, fd"},
        {"ready: 5s", "\"ready\" must be a mapping, not \"5s\""},
        {"ready: {tcp_socket: Here}", "\"ready.tcp_socket\" must be a port, or host:port, not \"Here\""},
        {"ready: {tcp_socket: 70000}", "\"ready.tcp_socket\" must be a port, or host:port, not \"70000\""},
        {"ready: {tcp_socket: 0}", "\"ready.tcp_socket\" must be a port, or host:port, not \"0\""},
        {"ready: {notify: false}", "\"ready.notify\" must be true (leave the key out instead)"},
        {"ready: {fd: 2}", "\"ready.fd\" must be an integer from 3 to 255, not \"2\""},
        {"ready: {log_line: \"(\"}", "\"ready.log_line\" must be a regular expression: "},
        {"ready: {http_get: \"https://x/\"}", "\"ready.http_get\" must be an http:// URL: https is not supported"},
        {"ready: {http_get: {host: x}}", "\"ready.http_get\" needs a port from 1 to 65535"},
        {"ready: {http_get: {port: 1, paht: /x}}",
         "unknown key \"paht\" in \"ready.http_get\" (did you mean \"path\"?)"},
        {"ready: {http_get: {port: 1, path: x}}",
         "\"ready.http_get\" needs a path that begins with / and has no spaces"},
        {"ready: {exec: []}", "\"ready.exec\" must not be empty"},
        {"ready: {notify: true, timeout: 10}", "\"ready.timeout\" must be a time span such as 500ms or 1m30s: "},
        {"liveness: {exec: x, failure_threshold: 0}",
         "\"liveness.failure_threshold\" must be an integer from 1 to 1000000, not \"0\""},
        {"liveness: {exec: x, log_line: x}", "unknown key \"log_line\" in \"liveness\""},
        {"liveness_probe: {}", "unknown key \"liveness_probe\" (did you mean \"liveness\"?)"},
        {"restart: false", "\"restart\" must be no, on_failure or always, not false (did you mean \"no\"?)"},
        {"restart: true", "\"restart\" must be no, on_failure or always, not true (did you mean \"always\"?)"},
        {"restart: on-failure",
         "\"restart\" must be no, on_failure or always, not \"on-failure\" (did you mean \"on_failure\"?)"},
        {"restart: [no]", "\"restart\" must be a policy word or a mapping, not a list"},
        {"restart: {first_steps: [1s, 2]}",
         "\"restart.first_steps\" has an item that must be a time span such as 500ms or 1m30s: "},
        {"restart: {success_exit_codes: [256]}",
         "\"restart.success_exit_codes\" has an item that must be an integer from 0 to 255, not \"256\""},
        {"restart: {truncated: x}", "\"restart.truncated\" must be a number from 0 to 1000, not \"x\""},
        {"shutdown: {signal: SIGTREM}", "\"shutdown.signal\" must be a signal such as SIGTERM, not \"SIGTREM\""},
        {"shutdown: {scope: tree}", "\"shutdown.scope\" must be group or process, not \"tree\""},
        {"log: {max_size: 1}", "\"log.max_size\" must be at least 4096 bytes, not \"1\""},
        {"log: {max_size: big}", "\"log.max_size\" must be a size such as 512K or 10M: "},
        {"umask: 8", "\"umask\" must be an octal number from 0 to 0777, not \"8\""},
        {"limits: {nofile: many}",
         "\"limits.nofile\" must be a number, a size such as 512M, or unlimited, not \"many\""},
        {"limits: {nice: 20}", "\"limits.nice\" must be an integer from -20 to 19, not \"20\""},
        {"executable: y", "has \"command\" and \"executable\", which exclude each other"},
        {"env: {A: b}", "unknown key \"env\" (did you mean \"environment\"?)"},
        {"settings: {}", "\"settings\" needs \"executable\" (a command has arguments only)"},
    };
    for (const auto& [text, wanted] : table) {
        const auto& told = text;
        CAPTURE(told);
        const auto got = in_role(text);
        CAPTURE(got);
        CHECK(got.starts_with("layer-cake.yaml:2:"));
        CHECK(got.find(std::string(": role \"a\": ") + wanted) != std::string::npos);
        CHECK(got.find('\n') == std::string::npos);
    }
}

TEST_CASE("a wrong value at the top level says what it must be") {
    CHECK(in_group("x-mine: [anything]") == "");
    CHECK(in_group("htpp: {}") == "layer-cake.yaml:2:1: unknown key \"htpp\" (did you mean \"http\"?)");
    CHECK(in_group("services: {}") == "layer-cake.yaml:2:1: unknown key \"services\" (did you mean \"roles\"?)");
    CHECK(in_group("retry: {policy: no}") == "layer-cake.yaml:2:9: unknown key \"policy\" in \"retry\"");
    CHECK(in_group("main_role: b") == "layer-cake.yaml:2:12: main_role \"b\" is not a role");
    CHECK(
        in_group("environment: 5") ==
        "layer-cake.yaml:2:14: \"environment\" must be a mapping of names to text, or a list of NAME=text, not \"5\"");
    CHECK(problems_of("[]") == "layer-cake.yaml:1:1: a group file must be a mapping, not a list");
    CHECK(problems_of("roles: [a]") == "layer-cake.yaml:1:8: \"roles\" must be a mapping of names, not a list");
    CHECK(problems_of("roles: {a: x}") == "layer-cake.yaml:1:12: role \"a\": must be a mapping, not \"x\"");
    CHECK(problems_of("roles: {a: }") == "layer-cake.yaml:1:9: role \"a\": needs one of command, executable");
    CHECK(problems_of("a: [").starts_with("layer-cake.yaml:1:"));
}

TEST_CASE("a key without a value is as good as none") {
    CHECK(in_role("environment: , restart: , log: , ready: , depends_on: {a2: }")
              .ends_with("role \"a\" depends on \"a2\", which is not defined"));
    CHECK(in_role("environment: , restart: , log: , ready: , replicas: ") == "");
    CHECK(problems_of("") == "");
    CHECK(problems_of("roles:\nretry:\n") == "");
}

TEST_CASE("only harmless role names are accepted") {
    for (const char* name : {"a", "A1", "0", "a.b", "a_b-c", "thumb-0", "grou"}) {
        CAPTURE(name);
        CHECK(problems_of("roles: {\"" + std::string(name) + "\": {command: x}}") == "");
    }
    for (const char* name :
         {"", ".", "..", "a/b", "-rf", "_a", ".a", "a b", "a\\nb", "a\\0", "\xC3\xA9", "group", "groupie", "group-1"}) {
        CAPTURE(name);
        CHECK(problems_of("roles: {\"" + std::string(name) + "\": {command: x}}").find("is no role name") !=
              std::string::npos);
    }
    CHECK(problems_of("roles: {" + std::string(64, 'a') + ": {command: x}}") == "");
    CHECK(problems_of("roles: {" + std::string(65, 'a') + ": {command: x}}").find("is no role name") !=
          std::string::npos);
}
