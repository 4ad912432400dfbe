#include <doctest/doctest.h>
#include <fmt/format.h>
#include <tests/realm/world.hpp>

/// What others may say to a replica, and what comes of it.
using namespace layer_cake;
using namespace layer_cake::realm;
using namespace std::chrono_literals;

namespace {

/// Somebody who hears everything and says what he likes.
struct Stranger {
    explicit Stranger(World& world) : carrier(world.hub.carrier(99)) {
        carrier->watch(">");
        carrier->open([this](CarrierEvent event) {
            if (auto* carried = std::get_if<Carried>(&event)) heard.push_back(std::move(*carried));
            return true;
        });
    }
    void say(const std::string& subject, const std::string& bytes, const std::string& reply_to = {}) {
        CHECK(carrier->publish(subject, bytes, reply_to));
    }
    std::vector<Carried> heard;
    std::unique_ptr<Carrier> carrier;
};

FarName far_name(std::string name) {
    return {std::move(name), type::Uuid::make(), false, "10.9.9.9", 9};
}

/// One of the members, by its key, who answers whatever he is asked.
struct Rogue : Stranger {
    Rogue(World& world, RealmKey key) : Stranger(world), world(world), envelope("test", std::move(key)) {
        card.member = 0x1234;
        card.site = "rogue";
        card.lease = 9'000;
        card.host = "10.9.9.9";
    }
    void answer_all(const std::vector<FarName>& names) {
        for (const auto& one : std::exchange(heard, {})) {
            const auto spoken = envelope.open(one.bytes);
            const auto* question = spoken ? std::get_if<Question>(&*spoken) : nullptr;
            if (!question) continue;
            Answer answer{question->nonce, revision, card, {}};
            for (const auto& wanted : question->wanted)
                answer.families.push_back({wanted.family, 0, true, names});
            say(one.reply_to, envelope.seal(answer));
        }
        world.run(100ms);
    }
    World& world;
    Envelope envelope;
    MemberCard card;
    std::uint64_t revision = 1;
};

} // namespace

TEST_CASE("who has not got the key of the realm changes nothing") {
    World world({.sites = 2, .key = RealmKey::generate()});
    world.publish(0, "a");
    world.search(1, "a|evil");
    world.run(1s);
    Stranger stranger(world);
    const Envelope other("test", RealmKey::generate()), none("test", std::nullopt), same_realm("tes", std::nullopt);
    Changes changes{1, family_of_name("evil"), 1, 0, {far_name("evil")}, {}};
    for (const auto* envelope : {&other, &none}) {
        stranger.say(fmt::format("lc.test.pub.{:016x}", family_of_name("evil")), envelope->seal(changes));
        stranger.say(fmt::format("lc.test.site.{:016x}", world.replica(0).card().member),
                     envelope->seal(Bye{world.replica(0).card().member}));
    }
    world.run(1s);
    CHECK(world.found(1, "a|evil", "a"));
    CHECK_FALSE(world.found(1, "a|evil", "evil"));
    CHECK(world.replica(1).figures().forged == 4);
}

TEST_CASE("what was recorded and is said again changes nothing") {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        CAPTURE(seed);
        World world({.sites = 3, .seed = seed, .key = RealmKey::generate()});
        Stranger stranger(world);
        world.search(2, ".*");
        world.search(1, "a:.*");
        for (int i = 0; i < 20; ++i) {
            world.publish(0, fmt::format("a:{}", i));
            world.publish(1, fmt::format("b-{}", i));
            world.run(200ms);
            if (i % 3 == 0) world.withdraw(0, fmt::format("a:{}", i));
        }
        world.run(5s);
        world.stop(0); // it comes back with another number
        world.run(20s);
        world.start(0);
        for (int i = 0; i < 20; ++i)
            world.withdraw(0, fmt::format("a:{}", i));
        world.run(5s);
        REQUIRE(world.difference() == "");
        const auto cleared = world.cleared();
        const auto record = stranger.heard;
        for (const auto& one : record)
            stranger.say(one.subject, one.bytes, one.reply_to);
        for (int i = 0; i < 1'000; ++i) {
            const auto& one = record[world.random.up_to(record.size() - 1)];
            stranger.say(one.subject, one.bytes, one.reply_to);
            world.run(1ms);
        }
        CHECK(world.difference() == "");
        CHECK(world.cleared() == cleared);
        CHECK(world.replica(2).figures().late > 0);
    }
}

TEST_CASE("a dead member is not kept alive by what it once said") {
    World world({.sites = 2, .key = RealmKey::generate()});
    Stranger stranger(world);
    world.search(1, "a:.*");
    world.publish(0, "a:1");
    world.run(70s);
    world.publish(0, "a:2");
    world.run(1s);
    world.stop(0);
    for (int i = 0; i < 150; ++i) {
        const auto record = stranger.heard;
        for (const auto& one : record)
            stranger.say(one.subject, one.bytes, one.reply_to);
        world.run(100ms);
    }
    CHECK(world.difference() == "");
}

TEST_CASE("names of a member that are none are refused, each by itself") {
    const auto key = RealmKey::generate();
    World world({.sites = 1, .key = key});
    world.search(0, "a:.*");
    Rogue rogue(world, key);
    world.run(1s);
    auto no_port = far_name("a:2"), no_host = far_name("a:3"), path = far_name("a:4");
    no_port.port = 0;
    no_host.host = "";
    path.host = "/run/socket";
    rogue.answer_all({far_name("a:1"), far_name("a:" + std::string(1'000, 'x')), far_name(""), far_name("b:1"), no_port,
                      no_host, path});
    CHECK(world.found(0, "a:.*", "a:1"));
    CHECK(world.replica(0).figures().names == 1);
    CHECK(world.replica(0).figures().bad_names + world.replica(0).figures().malformed >= 6);
}

TEST_CASE("what a member may have here has limits") {
    const auto key = RealmKey::generate();
    World world({.sites = 2, .key = key, .limits = {.names_of_member = 100, .changes = 200, .changes_a_second = 10}});
    world.search(0, "a:.*");
    world.publish(1, "a:good");
    Rogue rogue(world, key);
    world.run(1s);
    rogue.answer_all({});
    const auto subject = fmt::format("lc.test.pub.{:016x}", family_of_name("a"));
    for (std::uint64_t revision = 2; revision < 500; ++revision) {
        rogue.say(subject, rogue.envelope.seal(Changes{rogue.card.member,
                                                       family_of_name("a"),
                                                       revision,
                                                       revision - 1,
                                                       {far_name(fmt::format("a:{}", revision))},
                                                       {}}));
        world.run(5ms);
    }
    const auto figures = world.replica(0).figures();
    CHECK(figures.names <= 101);
    CHECK(figures.flood > 300);
    CHECK(world.found(0, "a:.*", "a:good"));
    std::vector<FarName> many;
    for (int i = 0; i < 1'000; ++i)
        many.push_back(far_name(fmt::format("a:many-{}", i)));
    world.run(2s);
    rogue.revision = 1'000;
    rogue.answer_all(many);
    CHECK(world.replica(0).figures().names <= 101);
    CHECK(world.replica(0).figures().over_limit > 0);
    CHECK(world.found(0, "a:.*", "a:good"));
}

TEST_CASE("members beyond the limit are not taken") {
    const auto key = RealmKey::generate();
    World world({.sites = 1, .key = key, .limits = {.members = 5}});
    world.search(0, "a");
    world.run(1s);
    Rogue rogue(world, key);
    for (std::uint64_t member = 1; member <= 20; ++member) {
        rogue.card.member = member;
        rogue.say(fmt::format("lc.test.pub.{:016x}", family_of_name("a")),
                  rogue.envelope.seal(Changes{member, family_of_name("a"), 1, 0, {far_name("a")}, {}}));
        world.run(10ms);
        for (const auto& one : std::exchange(rogue.heard, {})) {
            const auto spoken = rogue.envelope.open(one.bytes);
            const auto* question = spoken ? std::get_if<Question>(&*spoken) : nullptr;
            if (!question) continue;
            rogue.say(one.reply_to,
                      rogue.envelope.seal(
                          Answer{question->nonce, 1, rogue.card, {{family_of_name("a"), 0, true, {far_name("a")}}}}));
        }
        world.run(10ms);
    }
    CHECK(world.replica(0).figures().members == 5);
    CHECK(world.replica(0).figures().over_limit == 15);
}
