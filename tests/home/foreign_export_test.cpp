#include "group_text.hpp"

#include <algorithm>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/home/foreign/kubernetes.hpp>
#include <layer_cake/home/foreign/procfile.hpp>
#include <layer_cake/home/foreign/procfile_export.hpp>
#include <layer_cake/home/foreign/systemd.hpp>

using namespace layer_cake;
using namespace layer_cake::home;
using namespace layer_cake::home::foreign;

namespace {

const SystemdPlan plan{"/usr/bin/layer-cake", "run --home-path=/srv/shop/.layer-cake", ""};

/// A text's source and group, exported.
template <class Function>
ExportResult exported(std::string_view text, const Function& function) {
    const auto source = load_text(text, "layer-cake.yaml", "/srv/shop", {});
    REQUIRE_MESSAGE(source, words(source ? std::vector<Problem>{} : source.error()));
    const auto group = resolve(*source);
    REQUIRE_MESSAGE(group, words(group ? std::vector<Problem>{} : group.error()));
    return function(*source, *group);
}

ExportResult split(std::string_view text) {
    return exported(text,
                    [](const Source& source, const Group& group) { return export_systemd_split(source, group, plan); });
}

std::string file(const ExportResult& result, std::string_view name) {
    REQUIRE_MESSAGE(result, words(result ? std::vector<Problem>{} : result.error()));
    const auto& files = result->files;
    const auto found = std::find_if(files.begin(), files.end(), [&](const Text& one) { return one.name == name; });
    REQUIRE_MESSAGE(found != files.end(), std::string(name));
    return found->content;
}

std::string notes(const ExportResult& result) {
    std::string text;
    for (const auto& note : result->notes)
        text += note.text() + "\n";
    return text;
}

bool has_line(const std::string& text, std::string_view line) {
    return ("\n" + text).find("\n" + std::string(line) + "\n") != std::string::npos;
}

constexpr std::string_view shop = R"(
name: shop
environment: {LEVEL: info}
roles:
  web:
    command: [./web, --title, 'a "b" $c %d', '']
    working_dir: app
    replicas: 2
    environment: {MESSAGE: "50% of $5\n"}
    ports: {http: 8080}
    ready: {http_get: {port: http, path: /up}, timeout: 20s}
    liveness: {tcp_socket: 8080}
    depends_on: {db: ready, migrate: completed}
    restart: {policy: on_failure, first_steps: [1s, 2s], regular_steps: 5s, max: 5, window: 1m}
    shutdown: {signal: SIGINT, timeout: 1500ms, scope: process}
    limits: {nofile: 1024, core: unlimited, nice: 5}
    user: www-data:web
    umask: "0027"
    x-kubernetes: {image: "registry.example/web:1"}
  migrate: {command: ./migrate up, type: oneshot, x-kubernetes: {image: web}}
  db:
    command: [db-server]
    ports: {sql: 5432}
    ready: {notify: true}
    watchdog: 30s
    x-kubernetes: {image: db}
  nightly: {command: [sweep], type: oneshot, x-kubernetes: {image: web, schedule: "0 3 * * *"}}
  idle: {command: [sleep, "1"], replicas: 0}
)";

} // namespace

TEST_CASE("systemd, one unit: notify, its own folder, as long to stop as its roles") {
    const auto result =
        exported(shop, [](const auto& source, const auto& group) { return export_systemd(source, group, plan); });
    const auto unit = file(result, "shop.service");
    CHECK(has_line(unit, "Type=notify"));
    CHECK(has_line(unit, "ExecStart=/usr/bin/layer-cake run --home-path=/srv/shop/.layer-cake"));
    CHECK(has_line(unit, "WorkingDirectory=/srv/shop"));
    CHECK(has_line(unit, "TimeoutStopSec=37")); // 1.5 + 3 * 10, up, and 5
}

TEST_CASE("systemd, a unit each: order, limits, restarts, words") {
    const auto result = split(shop);
    const auto web = file(result, "shop-web-1.service");
    for (const auto* line : {"PartOf=shop.target",
                             "Requires=shop-db.service shop-migrate.service",
                             "After=shop-db.service shop-migrate.service",
                             "StartLimitIntervalSec=60",
                             "StartLimitBurst=5",
                             "Type=exec",
                             "ExecStart=/srv/shop/app/web --title \"a \\\"b\\\" $$c %%d\" \"\"",
                             "WorkingDirectory=/srv/shop/app",
                             "Environment=LAYER_CAKE_INDEX=1",
                             "Environment=LEVEL=info",
                             "Environment=PORT=8080",
                             "Environment=\"MESSAGE=50%% of $5\\x0a\"",
                             "User=www-data",
                             "Group=web",
                             "UMask=0027",
                             "LimitNOFILE=1024",
                             "LimitCORE=infinity",
                             "Nice=5",
                             "Restart=on-failure",
                             "RestartSec=5",
                             "KillSignal=SIGINT",
                             "KillMode=mixed",
                             "TimeoutStopSec=1500ms",
                             "TimeoutStartSec=20"}) {
        CAPTURE(line);
        CHECK(has_line(web, line));
    }
    CHECK(web.find("ExecStartPost=/bin/bash -c \"until curl -fsS -o /dev/null http://127.0.0.1:8080/up; do sleep 0.1; "
                   "done\"") != std::string::npos);
    CHECK(has_line(file(result, "shop-db.service"), "Type=notify"));
    CHECK(has_line(file(result, "shop-db.service"), "WatchdogSec=30"));
    CHECK(has_line(file(result, "shop-migrate.service"), "Type=oneshot"));
    CHECK(has_line(file(result, "shop-migrate.service"), "ExecStart=/bin/sh -c \"./migrate up\""));
    CHECK(file(result, "shop.target").find("Wants=shop-web-0.service shop-web-1.service") != std::string::npos);
    CHECK(notes(result).find("\"liveness\" is not carried") != std::string::npos);
    CHECK(notes(result).find("role \"idle\" is not carried: it has no replicas") != std::string::npos);
}

TEST_CASE("systemd, a unit each: what needs layer-cake is refused with its place") {
    const auto result = split("pools:\n  p: {role: w}\nroles:\n  w: {command: [w], protocol: json_lines}\n");
    REQUIRE_FALSE(result);
    CHECK(words(result.error()).find("layer-cake.yaml:2:3: \"pools\" needs layer-cake") == 0);
}

TEST_CASE("unit words and names") {
    CHECK(unit_word("plain/word-1.x") == "plain/word-1.x");
    CHECK(unit_word("a'b") == "\"a'b\"");
    CHECK(unit_word("a\\b") == "\"a\\\\b\"");
    CHECK(unit_word("tab\t") == "\"tab\\x09\"");
    CHECK(unit_name("my shop/1") == "my_shop_1");
    CHECK(unit_name("") == "group");
    CHECK(unit_text("50%\nx\\") == "50%% x");
}

TEST_CASE("Procfile: a line each, that a Procfile's reader takes again") {
    const auto result = exported(shop, export_procfile);
    const auto text = exported(
        "roles:\n  a.b: {command: [run, 'x y'], environment: {A: '1 2'}}\n  c: {command: 'echo $A', working_dir: d}\n",
        export_procfile);
    CHECK(file(text, "Procfile") == "a_b: exec env A='1 2' run 'x y'\nc: cd /srv/shop/d && echo $A\n");
    CHECK(import_procfile({"Procfile", file(text, "Procfile")}));
    REQUIRE_FALSE(result); // a variable of web has a newline
    CHECK(words(result.error()).find("role \"web\" has a command or a variable of several lines") != std::string::npos);
}

TEST_CASE("Kubernetes: a Deployment, a Job, a CronJob and Services") {
    const auto result = exported(shop, export_kubernetes);
    const auto text = file(result, "kubernetes.yaml");
    std::vector<codec::Value> documents;
    for (std::size_t at = 0; at != text.npos;) {
        const auto end = text.find("---\n", at);
        const auto document = codec::parse_yaml(text.substr(at, end == text.npos ? end : end - at), "k");
        REQUIRE(document);
        documents.push_back(*document);
        at = end == text.npos ? end : end + 4;
    }
    std::vector<std::string> kinds;
    for (const auto& document : documents)
        kinds.push_back(*document.find("kind")->string() + " " + *document.find("metadata")->find("name")->string());
    CHECK(kinds == std::vector<std::string>{"Deployment web", "Service web", "Job migrate", "Deployment db",
                                            "Service db", "CronJob nightly"});
    const auto& spec = *documents[0].find("spec");
    CHECK(spec.find("replicas")->integer() == 2);
    const auto& pod = *spec.find("template")->find("spec");
    const auto& container = pod.find("containers")->array()->front();
    CHECK(*container.find("image")->string() == "registry.example/web:1");
    CHECK(container.find("startupProbe")->find("httpGet")->find("port")->integer() == 8080);
    CHECK(container.find("startupProbe")->find("failureThreshold")->integer() == 20);
    CHECK(container.find("livenessProbe")->find("tcpSocket")->find("port")->integer() == 8080);
    CHECK(pod.find("initContainers")->array()->size() == 1);
    CHECK(*pod.find("initContainers")->array()->front().find("name")->string() == "wait-for-db");
    CHECK(documents[5].find("spec")->find("jobTemplate")->find("spec")->find("template"));
    CHECK(notes(result).find("nothing waits for \"migrate\" there") != std::string::npos);
}

TEST_CASE("Kubernetes: no image at all is refused") {
    const auto result = exported("roles: {a: {command: [x]}}", export_kubernetes);
    REQUIRE_FALSE(result);
    CHECK(words(result.error()).find("no role has an image") != std::string::npos);
}
