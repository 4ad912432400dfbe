#include <doctest/doctest.h>
#include <layer_cake/codec/text_value.hpp>
#include <layer_cake/directory/places.hpp>

using namespace layer_cake::directory;
using layer_cake::type::HostPort;
using namespace std::chrono_literals;

TEST_CASE("a host looks for its LAN's node at station 195 of the private network it is in") {
    const auto station = [](const char* address) {
        const auto found = lan_station(address);
        return found ? *found->host : "";
    };
    CHECK(station("10.7.8.9") == "10.0.0.195");
    CHECK(station("172.16.0.1") == "172.16.0.195");
    CHECK(station("172.31.255.1") == "172.16.0.195");
    CHECK(station("172.32.0.1") == "");
    CHECK(station("172.15.0.1") == "");
    CHECK(station("192.168.77.3") == "192.168.0.195");
    CHECK(station("192.169.0.1") == "");
    CHECK(station("8.8.8.8") == "");
    CHECK(station("") == "");
    CHECK(station("fe80::1") == "");
    CHECK(lan_station("10.1.1.1")->port == 54'195);
}

TEST_CASE("processes and groups look for their host's node, and a LAN for none") {
    for (const auto scope : {Scope::PROCESS, Scope::GROUP})
        CHECK(usual_parent(scope) == HostPort{"127.0.0.1", 54'195});
    CHECK_FALSE(usual_parent(Scope::LAN));
    CHECK_FALSE(usual_parent(Scope::LIBRARY));
    CHECK(usual_place(Scope::HOST) == HostPort{"127.0.0.1", 54'195});
    CHECK(usual_place(Scope::LAN) == HostPort{"0.0.0.0", 54'195});
    CHECK(usual_place(Scope::GROUP) == HostPort{"127.0.0.1", 0});
}

TEST_CASE("a node that is away is looked for more often when it is near") {
    CHECK(longest_delay({"127.0.0.1", 1}) == 8s);
    CHECK(longest_delay({"192.168.1.1", 1}) == 3s);
    CHECK(longest_delay({"fd00::1", 1}) == 3s);
    CHECK(longest_delay({"2001:db8::1", 1}) == 120s);
    CHECK(longest_delay({"directory.example", 1}) == 120s);
    CHECK(is_loopback({"::1", 1}));
    CHECK(patience_with({"10.0.0.195", 1}) == 2s);
    CHECK(patience_with({"directory.example", 1}) == 30s);
    CHECK(is_loopback({"127.0.0.2", 1}));
    CHECK(is_loopback({"localhost", 1}));
    CHECK_FALSE(is_loopback({"10.0.0.1", 1}));
    CHECK(scope_name(Scope::HOST) == "HOST");
}

TEST_CASE("people say REALM for the scope that is WAN on the wire, and either is taken") {
    for (const auto* word : {"REALM", "realm", "WAN", "wan"}) {
        auto scope = Scope::HOST;
        CHECK(layer_cake::codec::read_text(layer_cake::type::info_of<Scope>(), &scope, word));
        CHECK(scope == Scope::WAN);
    }
    CHECK(scope_name(Scope::WAN) == "REALM");
    CHECK(scope_name(Scope::LAN) == "LAN");
}
