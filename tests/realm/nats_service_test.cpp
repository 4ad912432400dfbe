#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/realm/nats_service.hpp>

using namespace layer_cake;
using namespace layer_cake::realm;

TEST_CASE("nats: a service says what NATS's tools want to know") {
    NatsService service{.name = "shop", .id = "a1", .description = "a shop", .metadata = {{"site", "north"}}};
    service.endpoints.push_back({.name = "thumbs",
                                 .subject = "shop.thumbs",
                                 .share = "shop",
                                 .requests = 4,
                                 .errors = 1,
                                 .time = std::chrono::microseconds(8)});
    CHECK(service.subjects().size() == 9);
    const auto answer = [&](std::string_view subject) {
        return codec::parse_json(service.answer(subject).value()).value();
    };
    for (const auto& subject : service.subjects())
        CHECK(*answer(subject).find("id")->string() == "a1");
    CHECK(*answer("$SRV.PING").find("type")->string() == "io.nats.micro.v1.ping_response");
    CHECK(*answer("$SRV.PING").find("metadata")->find("site")->string() == "north");
    const auto info = answer("$SRV.INFO.shop");
    CHECK(*info.find("type")->string() == "io.nats.micro.v1.info_response");
    CHECK(*info.find("endpoints")->array()->at(0).find("subject")->string() == "shop.thumbs");
    const auto stats = answer("$SRV.STATS.shop.a1");
    CHECK(stats.find("endpoints")->array()->at(0).find("num_requests")->integer() == 4);
    CHECK(stats.find("endpoints")->array()->at(0).find("average_processing_time")->integer() == 2'000);
    for (const auto* other : {"$SRV", "$SRV.", "$SRV.X", "$SRV.PING.", "$SRV.PING.other", "$SRV.PING.shop.b2", "shop"})
        CHECK_MESSAGE((std::string(other) == "$SRV.PING." || !service.answer(other)), other);
    CHECK(nats_service_name("a b.c") == "a-b-c");
}
