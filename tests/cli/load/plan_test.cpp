#include "../call.hpp"
#include <cli/load/live_line.hpp>
#include <cli/load/report.hpp>
#include <cli/load/request_texts.hpp>
#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>

using namespace layer_cake;
using namespace layer_cake::cli::load;
using namespace std::chrono_literals;

namespace {

Result<Plan> plan_of(std::vector<std::string> arguments) {
    std::ostringstream out, err;
    cli::Invocation call{.words = {}, .options = {}, .remainder = {}, .after = {}, .home = {}, .out = out, .err = err};
    arguments.insert(arguments.begin(), {"load", "http://localhost:1/Xy"});
    const auto parsed = cli::parse(arguments, call);
    if (!parsed) return fail(parsed.error());
    return read_plan(call);
}

void give(Tally& tally, Kind kind, std::uint64_t count, Duration time) {
    tally.counts[static_cast<std::size_t>(kind)] += count;
    tally.times[static_cast<std::size_t>(kind)].add(time, count);
}

} // namespace

TEST_CASE("a load without options is bounded") {
    const auto plan = plan_of({});
    REQUIRE(plan);
    CHECK(plan->clients == 10);
    CHECK(plan->duration == 10s);
    CHECK_FALSE(plan->open());
    CHECK(plan_of({"--requests=5"})->duration == 0s); // bounded by their number
    CHECK(plan_of({"--rate=5"})->duration == 10s);
    CHECK(plan_of({"--rate=5,6@3s"})->duration == 6s);
    CHECK(plan_of({"--rate=5@1s,6@3s", "--duration=1m"})->duration == 60s);
}

TEST_CASE("options become a plan") {
    const auto plan = plan_of({"-c=4", "-n=7", "--slow-down=0.5", "-H=X-A: b: c", "--header=Empty:", "--body=[1]",
                               "--expect-status=200,404", "--retries=3", "--seed=9", "--timeout=2s", "--within=300ms",
                               "--close", "--processes=2"});
    REQUIRE(plan);
    CHECK(plan->clients == 4);
    CHECK(plan->requests == 7);
    CHECK(plan->slow_down == 500ms);
    CHECK(plan->method == "POST");
    CHECK(plan->headers == net::Headers{{"X-A", "b: c"}, {"Empty", ""}});
    CHECK(plan->expects(404));
    CHECK_FALSE(plan->expects(500));
    CHECK(plan->seed == 9);
    CHECK(plan->processes == 2);
    CHECK(plan_of({"--method=put"})->method == "PUT");
}

TEST_CASE("what contradicts itself or is out of range is refused by name") {
    for (const char* option : {"--clients=0",         "--clients=x",        "--clients=100001",
                               "--processes=11",      "--processes=65",     "--timeout=0s",
                               "--timeout=5",         "--duration=31d",     "--constant",
                               "--connections=5",     "--rate=x",           "--rate=0",
                               "--header=x",          "--header=a b: c",    "--method=A B",
                               "--expect-status=20x", "--expect-status=99", "--xy=0",
                               "--xy=1001",           "--interval=1ms",     "--body=@/no/such/file",
                               "--requests=0",        "--retries=101",      "--seed=-1"}) {
        CAPTURE(option);
        const auto plan = plan_of({option});
        REQUIRE_FALSE(plan);
        CHECK(plan.error().fault == Fault::invalid);
        const std::string whole = option;
        CHECK(plan.error().detail.find(whole.substr(0, whole.find('='))) != std::string::npos);
    }
    CHECK_FALSE(plan_of({"--rate=5", "--clients=2"}));
    CHECK_FALSE(plan_of({"--rate=5", "--slow-down=2s"}));
    CHECK_FALSE(plan_of({"--xy=3", "--body=x"}));
    CHECK_FALSE(plan_of({"http://b"}));
    CHECK(Call({"load"}).status == 2);
    CHECK(Call({"load", "https://a/"}).status == 2);
}

TEST_CASE("a request is written as it goes over the wire") {
    auto plan = plan_of({"--header=Host: shop"});
    CHECK(RequestTexts(*plan).text({}) ==
          "GET /Xy HTTP/1.1\r\nHost: shop\r\nUser-Agent: layer-cake-load\r\nAccept: */*\r\n\r\n");
    plan = plan_of({"--close"});
    CHECK(RequestTexts(*plan).text({}).find("\r\nConnection: close\r\n\r\n") != std::string_view::npos);
    plan = plan_of({"--xy=9"});
    RequestTexts sized(*plan);
    CHECK(sized.text({3, 4}).substr(0, 27) == "GET /Xy?x=3&y=4 HTTP/1.1\r\nH");
    CHECK(sized.text({12, 5}).substr(0, 26) == "GET /Xy?x=12&y=5 HTTP/1.1\r");
    plan->target.path = "/a?b=1";
    CHECK(RequestTexts(*plan).text({1, 2}).substr(0, 19) == "GET /a?b=1&x=1&y=2 ");
    plan = plan_of({"--xy=9", "--method=POST"});
    const auto posted = std::string(RequestTexts(*plan).text({3, 14}));
    CHECK(posted.find("Content-Type: application/json\r\n") != std::string::npos);
    CHECK(posted.find("Content-Length: 24\r\n") != std::string::npos);
    CHECK(posted.find("\r\n\r\n{\"value\":{\"x\":3,\"y\":14}}") != std::string::npos);
}

TEST_CASE("the report tells every kind that came, and no other") {
    const auto plan = plan_of({"--rate=100,200@1s", "--seed=1"});
    Outcome outcome;
    outcome.phases.resize(2);
    outcome.elapsed = 2100ms;
    outcome.phases[0].offered = 1000;
    give(outcome.phases[0], Kind::success, 900, 2ms);
    give(outcome.phases[1], Kind::busy, 100, 100us);
    outcome.phases[0].statuses = {{200, 900}};
    outcome.phases[1].statuses = {{503, 100}};
    outcome.phases[0].good = outcome.phases[0].good_in_window = 900;
    outcome.words[static_cast<std::size_t>(Kind::busy)] = "";
    std::ostringstream out;
    print_report(out, *plan, outcome, {.blocks = false, .columns = 80});
    const auto text = out.str();
    CHECK(text.find("open loop, Poisson arrivals, at most 1,000 connections, 2s, seed 1") != std::string::npos);
    CHECK(text.find("good       900 within 1s, 450/s, 90.0 % of what was offered") != std::string::npos);
    CHECK(text.find("refused: Busy") != std::string::npos);
    CHECK(text.find("Overloaded") == std::string::npos);
    CHECK(text.find("statuses: 200 OK 900, 503 Service Unavailable 100") != std::string::npos);
    CHECK(text.find("100/s for 1s") != std::string::npos);
    CHECK(text.find("####") != std::string::npos);
    CHECK(verdict(*plan, outcome));

    const auto json = report_json(*plan, outcome);
    CHECK(codec::write_json(*json.find("good")) == R"({"count":900,"per_second":450})");
    CHECK(codec::write_json(*json.find("kinds")->find("busy")->find("count")) == "100");
    CHECK(json.find("latency")->find("p50")->real().value() == doctest::Approx(0.002).epsilon(0.01));
    CHECK(json.find("phases")->array()->size() == 2);
}

TEST_CASE("a load that nothing answered, or wrongly, has failed") {
    auto plan = plan_of({});
    Outcome outcome;
    outcome.phases.resize(1);
    auto& tally = outcome.phases[0];
    tally.counts[static_cast<std::size_t>(Kind::refused)] = 3;
    outcome.words[static_cast<std::size_t>(Kind::refused)] = "nothing listens at \"a:1\"";
    CHECK(verdict(*plan, outcome).error().detail == "nothing has answered: nothing listens at \"a:1\"");
    give(tally, Kind::success, 1, 1ms);
    tally.statuses[200] = 1;
    CHECK(verdict(*plan, outcome));
    plan->expected = {201};
    CHECK(verdict(*plan, outcome).error().detail == "1 answers had the status 200, which --expect-status has not");
    plan->expected = {};
    give(tally, Kind::invalid, 2, 1ms);
    outcome.words[static_cast<std::size_t>(Kind::invalid)] = "asked for 1 columns in 2 rows, got 1 in 1";
    CHECK(verdict(*plan, outcome).error().fault == Fault::failed);
    outcome.lost = 1;
    CHECK(verdict(*plan, outcome).error().detail.find("1 of 1 processes ended unexpectedly") == 0);
}

TEST_CASE("the live line is of the last second, and short") {
    const auto plan = plan_of({"--duration=10s"});
    Tally whole, recent;
    give(whole, Kind::success, 40123, 1ms);
    give(whole, Kind::busy, 12, 1ms);
    whole.counts[static_cast<std::size_t>(Kind::reset)] = 2;
    give(recent, Kind::success, 12345, 1ms);
    const Standing standing{
        .elapsed = 3200ms, .whole = whole, .recent = recent, .recent_span = 1s, .in_flight = 8, .waiting = 0};
    const auto text = live_text(*plan, standing);
    CAPTURE(text);
    CHECK(text.find("3.2s of 10s  12,345/s  8 in flight  success 40,123  refused 12  failed 2  p50 1.00 ms") == 0);
}
