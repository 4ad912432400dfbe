#include "group_text.hpp"

using namespace layer_cake;
using namespace layer_cake::home;

TEST_CASE("a group says how its directory is joined to others") {
    CHECK_FALSE(group_of("roles: {a: {command: x}}").directory);
    const auto usual = *group_of("directory: {}").directory;
    CHECK(usual == DirectoryRules{});
    CHECK_FALSE(usual.above());
    const auto all =
        *group_of("directory: {scope: host, connect: '10.0.0.1:1', at_host: 2, listen: 3, encrypted: true}").directory;
    CHECK(all.scope == NameScope::host);
    CHECK(*all.above() == HostPort{"10.0.0.1", 1});
    CHECK(*all.listen == HostPort{"127.0.0.1", 3});
    CHECK(all.encrypted);
    CHECK(*group_of("directory: {at_lan: 'lan:4', at_host: 5}").directory->above() == HostPort{"127.0.0.1", 5});
}

TEST_CASE("a group knows the key of the directory of the LAN") {
    const std::string key(64, 'a');
    CHECK(group_of("directory: {at_lan: 5, lan_key: " + key + "}").directory->lan_key == key);
    CHECK(problems_of("directory: {at_lan: 5, lan_key: short}") ==
          "layer-cake.yaml:1:33: \"directory.lan_key\" must be 64 hexadecimal digits");
    CHECK(problems_of("directory: {at_lan: 5, lan_key: " + std::string(64, 'g') + "}").find("64 hexadecimal") !=
          std::string::npos);
    CHECK(problems_of("directory: {at_host: 5, lan_key: " + key + "}").find("is of the directory at \"at_lan\"") !=
          std::string::npos);
}

TEST_CASE("a port can be published, and each replica's under a name of its own") {
    const auto group = group_of(R"(
roles:
  web: {command: x, replicas: 2, replica_start: 4, ports: {http: {publish: shop.web, scope: lan}, admin: auto}}
  db: {command: x, ports: {redis: {port: 6390, publish: shop.db}}}
)");
    CHECK(group.find("web-4")->ports == std::vector<Port>{{"http", 0, "shop.web-4", NameScope::lan}, {"admin"}});
    CHECK(group.find("web-5")->ports[0].publish == "shop.web-5");
    CHECK(group.find("db")->ports == std::vector<Port>{{"redis", 6390, "shop.db", NameScope::host}});
}

TEST_CASE("addresses are variables with names") {
    const auto group = group_of("roles: {a: {command: x, addresses: {DB: shop.db, CACHE: {name: c, scope: lan}}}}");
    CHECK(group.roles[0].addresses ==
          std::vector<NamedAddress>{{"DB", "shop.db", NameScope::host}, {"CACHE", "c", NameScope::lan}});
}

TEST_CASE("a role waits for names: of its own, of what another publishes, of those that are told") {
    const auto group = group_of(R"(
roles:
  worker: {command: x, replicas: 2, ready: {published: shop.worker}}
  db: {command: x, ports: {a: {publish: shop.a}, b: {publish: shop.b}}}
  server: {command: x, depends_on: {worker: published, db: {condition: published}}}
  other: {command: x, depends_on: {server: {condition: published, name: shop.x}}}
)");
    CHECK(group.find("worker-1")->ready->kind == Probe::Kind::published);
    CHECK(group.find("worker-1")->ready->name == "shop.worker-1");
    CHECK(group.find("server")->depends_on ==
          std::vector<Dependency>{{"worker-0", Condition::published, "shop.worker-0"},
                                  {"worker-1", Condition::published, "shop.worker-1"},
                                  {"db", Condition::published, "shop.a"},
                                  {"db", Condition::published, "shop.b"}});
    CHECK(group.find("other")->depends_on == std::vector<Dependency>{{"server", Condition::published, "shop.x"}});
}

TEST_CASE("a group joins a realm over NATS, and takes requests of it") {
    const auto group = group_of(R"(
directory:
  realm: {name: shop, site: north, nats: ['nats://a:1', 'tls://b'], key: shop.key, nkey: /etc/nk, relay: never, port: 4333, tls: {ca: ca.pem}}
nats:
  servers: [a]
  user: u
  password: p
  routes: [{subject: shop.thumb, pool: thumbs}]
pools: {thumbs: {role: thumb}}
roles: {thumb: {command: x, protocol: json_lines}}
)");
    const auto& realm = *group.directory->realm;
    CHECK(realm.name == "shop");
    CHECK(realm.site == "north");
    CHECK(realm.nats.servers == std::vector<std::string>{"nats://a:1", "tls://b"});
    CHECK(realm.nats.nkey == "/etc/nk");
    CHECK(realm.key.front() == '/');
    CHECK(realm.key.ends_with("/shop.key"));
    CHECK(realm.nats.tls.ca.ends_with("/ca.pem"));
    CHECK(realm.relay == RealmRules::Relay::never);
    CHECK(realm.port == 4333);
    CHECK(group.nats->nats.user == "u");
    CHECK(group.nats->routes == std::vector<NatsRoute>{{"shop.thumb", "thumbs"}});
    CHECK(group_of("directory: {realm: {name: x, nats: [a]}}").directory->realm->relay == RealmRules::Relay::automatic);
}

TEST_CASE("what is wrong with NATS is told with its place") {
    CHECK(problems_of("directory: {realm: {nats: [a]}}") ==
          "layer-cake.yaml:1:20: \"directory.realm\": \"name\" must be given");
    CHECK(problems_of("directory: {realm: {name: x}}") ==
          "layer-cake.yaml:1:20: \"directory.realm\": \"nats\" must be given: where a NATS server is");
    CHECK(problems_of("directory: {realm: {name: x, nats: [a], user: u, nkey: f}}") ==
          "layer-cake.yaml:1:20: \"directory.realm\": credentials, nkey, user and token exclude each other");
    CHECK(problems_of("directory: {at_lan: 5, realm: {name: x, nats: [a]}}").find("exclude each other") !=
          std::string::npos);
    CHECK(problems_of("nats: {servers: [a]}") == "layer-cake.yaml:1:7: \"nats\": \"routes\" must be given");
    CHECK(problems_of("nats: {servers: [a], routes: [{subject: 'a..b', pool: p}]}").find("is no subject") !=
          std::string::npos);
    CHECK(problems_of("nats: {servers: [a], routes: [{subject: a, pool: p}]}")
              .find("wants pool \"p\", which is not defined") != std::string::npos);
}

TEST_CASE("what is wrong with names is told with its place") {
    CHECK(problems_of("directory: {connect: http}") ==
          "layer-cake.yaml:1:22: \"directory.connect\" must be a port, or host:port, not \"http\"");
    CHECK(problems_of("directory: {scope: wan}") == "layer-cake.yaml:1:20: \"directory.scope\" must be group, host, "
                                                    "lan or realm, not \"wan\" (did you mean \"lan\"?)");
    CHECK(problems_of("roles: {a: {command: x, ports: {http: {publsh: n}}}}") ==
          "layer-cake.yaml:1:40: role \"a\": \"ports\" has an unknown key \"publsh\" (did you mean \"publish\"?)");
    CHECK(problems_of("roles: {a: {command: x, ports: {http: {port: 0}}}}") ==
          "layer-cake.yaml:1:46: role \"a\": \"ports\" has for http what is neither auto nor a port: \"0\"");
    CHECK(
        problems_of("roles: {a: {command: x, ports: {http: {scope: wide}}}}") ==
        "layer-cake.yaml:1:47: role \"a\": \"ports\" has a scope that must be group, host, lan or realm, not \"wide\"");
    CHECK(problems_of("roles: {a: {command: x, addresses: {DB: {scope: lan}}}}") ==
          "layer-cake.yaml:1:37: role \"a\": \"addresses\" has no name for DB");
    CHECK(problems_of("roles: {a: {command: x, addresses: {'D B': n}}}") ==
          "layer-cake.yaml:1:37: role \"a\": \"addresses\" has a variable name that cannot be used: \"D B\"");
    CHECK(
        problems_of("roles: {a: {command: x, addresses: {DB: " + std::string(501, 'n') + "}}}").find("needs a name") !=
        std::string::npos);
    CHECK(problems_of("roles: {a: {command: x}, b: {command: x, depends_on: {a: published}}}") ==
          "layer-cake.yaml:1:55: role \"b\" waits for \"a\" to be published, which publishes no name: say which with "
          "{condition: published, name: ...}");
    CHECK(problems_of("roles: {a: {command: x}, b: {command: x, depends_on: {a: {condition: started, name: n}}}}") ==
          "layer-cake.yaml:1:55: role \"b\": \"name\" needs \"condition: published\"");
}
