#include <doctest/doctest.h>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/type/structure.hpp>

using namespace layer_cake::codec;
using namespace layer_cake::type;

namespace pointer_test {

struct Node {
    std::int64_t n = 0;
    std::shared_ptr<Node> next;
};
LAYER_CAKE_MESSAGE(Node, n, next)
LAYER_CAKE_REGISTER(std::map<std::string, std::shared_ptr<Node>>)

struct Leaf {
    std::int64_t n = 0;
    std::string label;
};
LAYER_CAKE_MESSAGE(Leaf, n, label)

struct Graph {
    std::shared_ptr<Any> root;
    std::vector<std::shared_ptr<Any>> nodes;
};
LAYER_CAKE_MESSAGE(Graph, root, nodes)

struct Mixed {
    std::shared_ptr<Leaf> leaf;
    std::map<std::string, std::shared_ptr<Leaf>> named;
    Any inside;
};
LAYER_CAKE_MESSAGE(Mixed, leaf, named, inside)

} // namespace pointer_test
using namespace pointer_test;

namespace {

template <class T>
T again(const T& value) {
    const auto text = to_json(value);
    REQUIRE_MESSAGE(text.has_value(), text.error().detail);
    auto got = from_json<T>(*text);
    REQUIRE_MESSAGE(got.has_value(), *text << ": " << got.error().detail);
    return std::move(*got);
}

} // namespace

TEST_CASE("what is shared arrives shared") {
    Graph graph;
    graph.root = std::make_shared<Any>(Leaf{1, "shared"});
    graph.nodes = {graph.root, graph.root, std::make_shared<Any>(Leaf{2, "two"}), nullptr};
    const auto got = again(graph);
    REQUIRE(got.nodes.size() == 4);
    CHECK(got.nodes[0] == got.root);
    CHECK(got.nodes[1] == got.root);
    CHECK(got.nodes[2]->get<Leaf>()->label == "two");
    CHECK(got.nodes[3] == nullptr);
}

TEST_CASE("cycles arrive as cycles") {
    auto first = std::make_shared<Node>();
    first->n = 1;
    first->next = std::make_shared<Node>();
    first->next->next = first;
    const auto got = again(first);
    REQUIRE(got);
    CHECK(got->next->next == got);
    got->next->next = nullptr;
    first->next->next = nullptr;

    const auto self = from_json<std::shared_ptr<Node>>(R"({"value":"a","pointer":[["a",{"n":3,"next":"a"}]]})");
    REQUIRE(self);
    CHECK((*self)->next == *self);
    (*self)->next = nullptr;
}

TEST_CASE("a refused text leaves no cycle behind, and a value can be untied") {
    struct Watch {
        std::weak_ptr<Node> node;
    } watch;
    {
        auto node = std::make_shared<Node>();
        node->next = std::make_shared<Node>();
        node->next->next = node;
        watch.node = node;
        std::vector<Any> values;
        values.emplace_back(std::map<std::string, std::shared_ptr<Node>>{{"a", node}});
        untie(info_of<std::vector<Any>>(), &values);
        CHECK(values[0].get<std::map<std::string, std::shared_ptr<Node>>>()->at("a") == nullptr);
        CHECK(node->next == nullptr);
    }
    CHECK(watch.node.expired());
    CHECK_FALSE(from_json<std::vector<std::shared_ptr<Node>>>(R"({"value":["a",1],"pointer":[["a",{"next":"a"}]]})"));
}

TEST_CASE("a list is as long as it likes") {
    auto head = std::make_shared<Node>();
    auto last = head;
    for (std::int64_t n = 1; n < 50'000; ++n) {
        last->next = std::make_shared<Node>();
        last = last->next;
        last->n = n;
    }
    auto got = again(head);
    std::int64_t count = 0;
    for (auto* each = &got; *each; ++count) { // and ends link by link, for the destructor's stack
        CHECK((*each)->n == count);
        auto next = std::move((*each)->next);
        *each = std::move(next);
    }
    CHECK(count == 50'000);
    while (head)
        head = std::exchange(head->next, nullptr);
}

TEST_CASE("an any names the pointers first met in it") {
    Mixed mixed;
    mixed.leaf = std::make_shared<Leaf>(Leaf{1, "one"});
    mixed.named["a"] = mixed.leaf;
    Mixed inner;
    inner.leaf = mixed.leaf;
    inner.named["b"] = std::make_shared<Leaf>(Leaf{2, "two"});
    mixed.inside = std::move(inner);
    const auto text = *to_json(Any(std::move(mixed)));
    const auto unique = text.substr(text.find("1100:") + 5, 36);
    std::string expected =
        R"({"value":["pointer_test.Mixed",{"leaf":"1100:u","named":[["a","1100:u"]],"inside":["pointer_test.Mixed",{"leaf":"1100:u","named":[["b","1101:u"]],"inside":null},["1101:u"]]},["1100:u","1101:u"]],"pointer":[["1100:u",{"n":1,"label":"one"}],["1101:u",{"n":2,"label":"two"}]]})";
    for (std::size_t at; (at = expected.find(":u\"")) != expected.npos;)
        expected.replace(at + 1, 1, unique);
    CHECK(text == expected);
    const auto got = from_json<Any>(text);
    REQUIRE(got);
    const auto* outer = got->get<Mixed>();
    CHECK(outer->inside.get<Mixed>()->leaf == outer->leaf);
}

TEST_CASE("pointers that lead nowhere or to another type are refused") {
    const auto problem = [](std::string_view text) { return from_json<Mixed>(text).error().detail; };
    CHECK(problem(R"({"value":{"leaf":"zz"}})") == "message.leaf: dangling pointer \"zz\"");
    CHECK(problem(R"({"value":{"leaf":"a","inside":["pointer_test.Node",{"next":"a"},[]]},"pointer":[["a",{}]]})") ==
          "message.inside.next: the pointer \"a\" is one to pointer_test.Leaf elsewhere");
    CHECK(problem(R"({"value":{"leaf":"a"},"pointer":[["a",{"n":"x"}]]})") ==
          "message->\"a\".n: expected integer8, found \"x\"");
    CHECK(problem(R"({"value":{"leaf":"a"},"pointer":{"a":1}})") == "message.leaf: \"pointer\" is not a list of pairs");
    CHECK(problem(R"({"value":{"inside":["nope.X",{},["gone"]]}})") ==
          "message.inside: the pointer \"gone\" is missing");
    JsonReading bare;
    bare.wrap = Wrap::none;
    CHECK(from_json<Mixed>(R"({"leaf":"a"})", bare).error().detail == "message.leaf: dangling pointer \"a\"");
    JsonWriting none;
    none.wrap = Wrap::none;
    CHECK(to_json(std::make_shared<Leaf>(), none).error().detail == "message: a pointer has no place here");
}
