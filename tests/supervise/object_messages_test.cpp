#include <doctest/doctest.h>
#include <layer_cake/process/program_note.hpp>
#include <layer_cake/supervise/object_answer.hpp>
#include <layer_cake/supervise/object_messages.hpp>
#include <layer_cake/type/messages.hpp>
#include <layer_cake/type/note_text.hpp>

using namespace layer_cake;

namespace object_messages_test {

struct Inner {
    std::int16_t n = 0;
};
LAYER_CAKE_MESSAGE(Inner, n)

struct Order {
    std::string name;
    double price = 0;
    std::optional<std::uint64_t> id;
    std::vector<Inner> parts;
    std::map<std::string, float> weights;
    Duration pause{};
};
LAYER_CAKE_MESSAGE_AS(Order, "shop.Order", name, price, id, parts, weights, pause)

struct Ask {
    type::Address whom;
};
LAYER_CAKE_MESSAGE_AS(Ask, "shop.Ask", whom)

} // namespace object_messages_test

namespace {

using object_messages_test::Ask;
using object_messages_test::Order;

supervise::ObjectMessages messages() {
    std::string file = "\x7f"
                       "ELF";
    for (const std::string_view note :
         {std::string_view(type::MessageNoteOf<Order>::text.data(), type::MessageNoteOf<Order>::text.size()),
          std::string_view(type::MessageNoteOf<Ask>::text.data(), type::MessageNoteOf<Ask>::text.size())})
        file.append(note).append("between");
    file.append(type::message_note_mark).append("and no more");
    std::vector<codec::Value> types;
    process::find_message_notes(file, types);
    REQUIRE(types.size() == 2);
    return supervise::ObjectMessages(std::move(types));
}

std::string asked(std::string target, std::string body = "") {
    net::HttpRequest request;
    request.target = std::move(target);
    request.body = std::move(body);
    const auto made = messages().body_of(request);
    return made ? *made : std::to_string(made.error().status) + " " + made.error().body;
}

bool refused(const std::string& answer, std::string_view status, std::string_view words) {
    return answer.starts_with(status) && answer.find(words) != std::string::npos;
}

} // namespace

TEST_CASE("a request becomes the message that its path names, by the types of the program's note") {
    CHECK(asked("/a/Order?name=007&price=2&id=18446744073709551615") ==
          R"({"value":["shop.Order",{"name":"007","price":2.0,"id":18446744073709551615},[]]})");
    CHECK(asked("/shop.Order") == R"({"value":["shop.Order",{},[]]})");
    CHECK(
        asked("/Order?price=1", R"({"price":2.5,"id":null,"parts":[{"n":-1},{}],"weights":{"a":1},"pause":"1.5s"})") ==
        R"({"value":["shop.Order",{"price":2.5,"parts":[{"n":-1},{}],"weights":[["a",1.0]],"pause":"1.5s"},[]]})");
    CHECK(asked("/Order", R"({"value":{"price":-0}})") == R"({"value":["shop.Order",{"price":-0.0},[]]})");
}

TEST_CASE("what the program's codec would refuse is refused before it, naming the place") {
    CHECK(refused(asked("/Nothing"), "404", "no message"));
    CHECK(refused(asked("/Ask"), "404", "no message"));
    CHECK(refused(asked("/Order?price=x"), "400", R"(\"price\" (expected float8, found \"x\"))"));
    CHECK(refused(asked("/Order", R"({"price":1e999})"), "400", "expected float8"));
    CHECK(refused(asked("/Order", R"({"price":"1"})"), "400", "expected float8"));
    CHECK(refused(asked("/Order", R"({"id":"1"})"), "400", "expected unsigned8"));
    CHECK(refused(asked("/Order", R"({"weights":{"a":1e39}})"), "400", "weights[0]"));
    CHECK(refused(asked("/Order", R"({"parts":[{"n":32768}]})"), "400", "parts[0].n"));
    CHECK(refused(asked("/Order", R"({"parts":[null]})"), "400", "parts[0]"));
    CHECK(refused(asked("/Order", R"({"pause":"soon"})"), "400", "expected span"));
    CHECK(refused(asked("/Order?size=1"), "400", R"(unknown field \"size\" in \"shop.Order\")"));
    CHECK(refused(asked("/Order?name=%ff"), "400", "not UTF-8"));
    CHECK(refused(asked("/Order", "[1]"), "400", "not an object"));
}

TEST_CASE("a reply is its own answer, a fault has its status") {
    using supervise::answer_of_object;
    const std::string reply = R"({"value":["vector<float8>",[0.5],[]]})";
    CHECK(answer_of_object(reply, false).status == 200);
    CHECK(answer_of_object(reply, false).body == reply);
    CHECK(answer_of_object("raw", true).body == "raw");
    CHECK(answer_of_object("raw", false).status == 502);
    const auto fault = [](std::string_view name, std::string_view code) {
        return answer_of_object(R"({"value":[")" + std::string(name) +
                                    R"(",{"condition":"c","explanation":"e","error_code":)" + std::string(code) +
                                    R"(,"exit_status":null},[]]})",
                                false);
    };
    const auto busy = fault("layer_cake.point_runtime.Busy", "null");
    CHECK(busy.status == 503);
    CHECK(busy.headers.back() == std::pair<std::string, std::string>("Retry-After", "1"));
    CHECK(fault("layer_cake.point_runtime.TimedOut", "null").status == 504);
    CHECK(fault("layer_cake.point_runtime.Faulted", "418").status == 418);
    CHECK(fault("shop.Full", "null").status == 500);
    CHECK(fault("shop.Full", "409").status == 409);
}
