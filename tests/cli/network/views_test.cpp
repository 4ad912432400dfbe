#include <cli/network/find.hpp>
#include <cli/network/view.hpp>
#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/net/messages.hpp>

using namespace layer_cake;
using namespace layer_cake::cli::network;
using directory::DirectoryListing;
using directory::Scope;
using directory::Surveyed;

namespace {

type::Uuid id(std::string_view first) {
    return *type::parse_uuid(std::string(first) + "-0000-4000-8000-000000000000");
}

Surveyed node(Scope scope, std::string executable, std::string_view unique) {
    Surveyed made;
    made.listing.scope = scope;
    made.listing.executable = std::move(executable);
    made.listing.unique_id = id(unique);
    made.listing.primary_ip = "(not detected)";
    return made;
}

directory::Published name(std::string text, std::string_view unique, int port) {
    directory::Published made;
    made.name = std::move(text);
    made.published_id = id(unique);
    made.listening_ipp = {"127.0.0.1", port};
    return made;
}

/// A host with a group in which a server has found a worker.
Surveyed sample() {
    const auto worker = name("worker:7", "033db419", 42301);
    directory::Subscribed search;
    search.search = "worker:[0-9]+";
    search.subscribed_id = id("cb7a5ce5");

    auto publisher = node(Scope::PROCESS, "worker", "5a000000");
    publisher.listing.published = {worker};
    auto server = node(Scope::PROCESS, "server", "3d6b62f3");
    server.listing.subscribed = {search};
    server.listing.connect_to_directory = {"127.0.0.1", 39289};
    directory::DirectoryPeer peer;
    peer.subscribed_id = search.subscribed_id;
    peer.search = search.search;
    directory::RouteOverLoop route;
    route.scope = Scope::GROUP;
    route.published_id = worker.published_id;
    route.name = worker.name;
    route.ipp = worker.listening_ipp;
    net::Connected connected;
    connected.request.requested_ipp = route.ipp;
    connected.opened_ipp = {"127.0.0.1", 38286};
    peer.session.push_back({worker.name, type::Any(route), type::Any(connected)});
    server.listing.peer[search.subscribed_id] = std::move(peer);

    auto group = node(Scope::GROUP, "group-cake", "bb79e223");
    group.listing.published = {worker};
    group.listing.subscribed = {search};
    group.listing.routed = {{worker.name, search.subscribed_id, worker.published_id}};
    group.below.push_back(std::move(server));
    group.below.push_back(std::move(publisher));
    auto host = node(Scope::HOST, "host-cake", "c2d3f617");
    host.listing.published = {worker, name("a \"name\"\n", "77777777", 1)};
    host.listing.subscribed = {search};
    host.listing.routed = {{worker.name, search.subscribed_id, worker.published_id}};
    host.listing.accept_directories_at = {"127.0.0.1", 54195};
    host.below.push_back(std::move(group));
    host.silent = {{"127.0.0.1", 40000}};
    return host;
}

} // namespace

TEST_CASE("the bare tree is of directories, with the first digits of their ids") {
    CHECK(tree_text(sample(), {}) == "[HOST] host-cake (c2d3f617)\n"
                                     "+   [GROUP] group-cake (bb79e223)\n"
                                     "+   +   [PROCESS] server (3d6b62f3)\n"
                                     "+   +   [PROCESS] worker (5a000000)\n"
                                     "+   (127.0.0.1:40000 does not answer)\n");
}

TEST_CASE("names and searches stand where they are known furthest up, sessions with their process") {
    Detail all{.published = true, .subscribed = true, .routed = true, .connected = true};
    CHECK(tree_text(sample(), all) == "[HOST] host-cake (c2d3f617)\n"
                                      "+   # \"a \"name\"\\x0a\" (77777777) 127.0.0.1:1\n"
                                      "+   # \"worker:7\" (033db419) 127.0.0.1:42301\n"
                                      "+   ? \"worker:[0-9]+\" (cb7a5ce5)\n"
                                      "+   <> \"worker:7\" (cb7a5ce5 -> 033db419)\n"
                                      "+   [GROUP] group-cake (bb79e223)\n"
                                      "+   +   <> \"worker:7\" (cb7a5ce5 -> 033db419)\n"
                                      "+   +   [PROCESS] server (3d6b62f3)\n"
                                      "+   +   +   ? \"worker:[0-9]+\" (cb7a5ce5)\n"
                                      "+   +   +   +   > \"worker:7\"[GROUP] (127.0.0.1:38286 -> 127.0.0.1:42301)\n"
                                      "+   +   [PROCESS] worker (5a000000)\n"
                                      "+   (127.0.0.1:40000 does not answer)\n");
}

TEST_CASE("addresses and whole ids are added to the lines of directories") {
    auto top = sample();
    top.below.front().below.clear();
    top.silent.clear();
    CHECK(tree_text(top, {.full_identity = true, .addresses = true}) ==
          "[HOST] host-cake (c2d3f617-0000-4000-8000-000000000000) (not detected) <C>(not set) <L>127.0.0.1:54195\n"
          "+   [GROUP] group-cake (bb79e223-0000-4000-8000-000000000000) (not detected) <C>(not set) <L>(not set)\n");
}

TEST_CASE("a session that is not open, and one within a process, are told from one over a connection") {
    directory::DirectoryPeer peer;
    directory::RouteToAddress local;
    local.scope = Scope::PROCESS;
    peer.session.push_back({"near", type::Any(local), {}});
    peer.session.push_back({"far", type::Any(directory::RouteOverLoop{}), type::Any(type::Nak{})});
    peer.session.push_back({"none", {}, {}});
    const auto sessions = sessions_of(peer);
    REQUIRE(sessions.size() == 3);
    CHECK(sessions[0].is_open);
    CHECK_FALSE(sessions[0].remote);
    CHECK_FALSE(sessions[1].is_open);
    CHECK_FALSE(sessions[2].scope);
}

TEST_CASE("the document has everything, whatever a person would be shown") {
    const auto document = to_json(sample());
    CHECK(document.find("published")->array()->size() == 2);
    CHECK(document.find("ip")->is_null());
    CHECK(*document.find("silent")->array()->front().string() == "127.0.0.1:40000");
    const auto& server = document.find("below")->array()->front().find("below")->array()->front();
    const auto& session = server.find("connected")->array()->front();
    CHECK(*session.find("local")->string() == "127.0.0.1:38286");
    CHECK(*session.find("scope")->string() == "GROUP");
    CHECK(*session.find("published_id")->string() == "033db419-0000-4000-8000-000000000000");
}

TEST_CASE("the graph has a box for each directory and an arrow from who subscribes to who has published") {
    const auto graph = graph_text(sample(), {.published = true});
    CHECK(graph.find("n0 [label=\"[HOST] host-cake\\nc2d3f617\\n# worker:7\\n# a \\\"name\\\"\\\\x0a\"];") !=
          std::string::npos);
    CHECK(graph.find("n0 -> n1 [arrowhead=none];") != std::string::npos);
    CHECK(graph.find("n2 -> n3 [style=dashed, constraint=false, label=\"worker:7\"];") != std::string::npos);
}

TEST_CASE("a publisher out of sight is drawn as its address") {
    auto top = sample();
    top.listing.published.clear();
    top.below.front().listing.published.clear();
    top.below.front().below.pop_back();
    CHECK(graph_text(top, {}).find("n2 -> \"127.0.0.1:42301\"") != std::string::npos);
}

TEST_CASE("a directory is found by the beginning of its id, and nothing else is") {
    const auto top = sample();
    CHECK((*find_directory(top, "3d6b"))->listing.executable == "server");
    CHECK((*find_directory(top, "c2d3f617-0000-4000-8000-000000000000"))->listing.executable == "host-cake");
    CHECK(find_directory(top, "abcd").error() == Error{Fault::missing, "not present in directory"});
    CHECK(find_directory(top, "033d").error() == Error{Fault::invalid, "not a directory node"});
    CHECK(find_directory(top, "cb7a").error() == Error{Fault::invalid, "not a directory node"});
    CHECK(find_directory(top, "").error() == Error{Fault::invalid, "4 directories have such an id"});
}
