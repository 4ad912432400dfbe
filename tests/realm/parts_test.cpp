#include <doctest/doctest.h>
#include <fmt/format.h>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/realm/memory_carrier.hpp>
#include <layer_cake/realm/own_names.hpp>
#include <layer_cake/realm/replica.hpp>
#include <sys/stat.h>
#include <tests/core/temporary_folder.hpp>

using namespace layer_cake;
using namespace layer_cake::realm;
using namespace std::chrono_literals;

namespace {

struct Ear {
    Ear(MemoryHub& hub, int place) : carrier(hub.carrier(place)) {}
    void open() {
        carrier->open([this](CarrierEvent event) {
            if (const auto* carried = std::get_if<Carried>(&event)) heard.push_back(carried->bytes);
            ups += std::holds_alternative<CarrierUp>(event) ? 1 : 0;
            downs += std::holds_alternative<CarrierDown>(event) ? 1 : 0;
            return true;
        });
    }
    std::unique_ptr<Carrier> carrier;
    std::vector<std::string> heard;
    int ups = 0, downs = 0;
};

} // namespace

TEST_CASE("a memory carrier takes messages to who watches their subject, and to nobody else") {
    MemoryHub hub;
    Ear one(hub, 1), other(hub, 2);
    one.open();
    other.open();
    CHECK(one.ups == 1);
    other.carrier->watch("a.*.c");
    const auto all = other.carrier->watch("b.>");
    CHECK(one.carrier->publish("a.b.c", "1"));
    CHECK(one.carrier->publish("a.b.d", "2"));
    CHECK(one.carrier->publish("a.b.c.d", "3"));
    CHECK(one.carrier->publish("b.x.y.z", "4"));
    CHECK(one.carrier->publish("b", "5"));
    CHECK(other.carrier->publish("b.own", "6"));
    other.carrier->unwatch(all);
    CHECK(one.carrier->publish("b.x", "7"));
    CHECK(other.heard == std::vector<std::string>{"1", "4"});
    CHECK_FALSE(one.carrier->publish("a", std::string(2u << 20, 'x')));
}

TEST_CASE("those that share a watch get each message once between them") {
    MemoryHub hub;
    Ear from(hub, 1), a(hub, 2), b(hub, 3);
    for (auto* one : {&a, &b}) {
        one->open();
        one->carrier->watch("work", "workers");
    }
    for (int i = 0; i < 100; ++i)
        CHECK(from.carrier->publish("work", "x"));
    CHECK(a.heard.size() + b.heard.size() == 100);
    CHECK(a.heard.size() > 20);
    CHECK(b.heard.size() > 20);
}

TEST_CASE("a hub with a seed loses, doubles, mixes and parts, and does the same again for the same seed") {
    const auto play = [](std::uint64_t seed) {
        MemoryHub hub(seed, {1ms, 100ms, 200, 200});
        Ear from(hub, 1), to(hub, 2);
        from.open();
        to.open();
        to.carrier->watch("x");
        for (int i = 0; i < 100; ++i)
            CHECK(from.carrier->publish("x", std::to_string(i)));
        hub.run(hub.now() + 1s);
        const auto some = to.heard;
        hub.part({2});
        CHECK(from.carrier->publish("x", "parted"));
        hub.run(hub.now() + 1s);
        CHECK(to.heard == some);
        hub.part({});
        hub.cut(2);
        CHECK(from.carrier->publish("x", "cut"));
        CHECK_FALSE(to.carrier->publish("x", "cut"));
        hub.run(hub.now() + 1s);
        CHECK(to.heard == some);
        CHECK(to.downs == 1);
        hub.restore(2);
        hub.run(hub.now() + 1s);
        CHECK(to.ups == 2);
        return some;
    };
    const auto first = play(1);
    CHECK(first == play(1));
    CHECK(first != play(2));
    CHECK_FALSE(std::is_sorted(first.begin(), first.end()));
    CHECK(std::set<std::string>(first.begin(), first.end()).size() < 95);
}

TEST_CASE("the scope of a realm is read by both its names") {
    const auto json = codec::to_json(directory::Scope::REALM).value();
    for (const std::string word : {"REALM", "WAN", "REALMS"}) {
        auto text = json;
        text.replace(text.find("WAN"), 3, word);
        CHECK(codec::from_json<directory::Scope>(text).has_value() == (word != "REALMS"));
    }
}

TEST_CASE("a realm key is kept in a file that nobody else reads") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "shop.key";
    const auto key = RealmKey::generate();
    CHECK(RealmKey::read(file).error().fault == Fault::missing);
    REQUIRE(key.write(file));
    struct ::stat about {};
    REQUIRE(::stat(file.c_str(), &about) == 0);
    CHECK((about.st_mode & 07777) == 0600);
    const auto again = RealmKey::read(file);
    REQUIRE(again);
    CHECK(again->fingerprint() == key.fingerprint());
    CHECK(key.write(file).error().fault == Fault::busy);
    const auto signature = key.sign("text");
    const std::string_view signed_by(reinterpret_cast<const char*>(signature.data()), signature.size());
    CHECK(again->verify("text", signed_by));
    CHECK_FALSE(again->verify("Text", signed_by));
    CHECK_FALSE(again->verify("text", signed_by.substr(1)));
    CHECK_FALSE(RealmKey::generate().verify("text", signed_by));

    REQUIRE(::chmod(file.c_str(), 0640) == 0);
    CHECK(RealmKey::read(file).error().detail ==
          fmt::format("\"{}\": others may read it (0640); chmod 600 it", file.string()));
    const auto other = folder.path() / "other";
    REQUIRE(replace_file(other, "layer-cake realm key 1\nabc\n"));
    CHECK(RealmKey::read(other).error().detail.starts_with(fmt::format("\"{}\": it is no realm key", other.string())));
}

TEST_CASE("a name's family is what is before its colon, and a pattern's the same where it is plain") {
    CHECK(family_of_name("shop:till") == family_of_name("shop:till:1"));
    CHECK(family_of_name("shop") != family_of_name("shop2"));
    CHECK(family_of_name("shop") == family_of_name("shop:"));
    CHECK(family_of_search("shop") == family_of_name("shop"));
    CHECK(family_of_search("shop:.*") == family_of_name("shop:x"));
    CHECK(family_of_search("shop:till|shop:x") == all_families);
    CHECK(family_of_search("sho.:till") == all_families);
    CHECK(family_of_search("shop:?") == all_families);
    CHECK(family_of_search("(?i)shop:x") == all_families);
    CHECK(Subjects("r").changes(255) == "lc.r.pub.00000000000000ff");
    CHECK(check_realm_name("my-realm_1"));
    for (const auto* name : {"", "a.b", "a b", "*", ">"})
        CHECK_FALSE(check_realm_name(name));
}

TEST_CASE("what is sealed opens in its realm, with its key, whole, and as nothing else") {
    const auto key = RealmKey::generate();
    const Envelope envelope("shop", key), other_realm("shop2", key), none("shop", std::nullopt);
    const Changes changes{1, 2, 3, 2, {{"name", type::Uuid::make(), true, "10.0.0.1", 99}}, {"gone"}};
    auto sealed = envelope.seal(changes);
    const auto opened = envelope.open(sealed);
    REQUIRE(opened);
    CHECK(std::get<Changes>(*opened).published == changes.published);
    CHECK(std::get<Changes>(*opened).withdrawn == changes.withdrawn);
    CHECK(other_realm.open(sealed).error() == Envelope::Refusal::forged);
    CHECK_FALSE(none.open(sealed));
    CHECK(envelope.open(none.seal(changes)).error() == Envelope::Refusal::forged);
    for (std::size_t size = 0; size < sealed.size(); ++size)
        CHECK_FALSE(envelope.open(sealed.substr(0, size)));
    for (auto& c : sealed) {
        c = static_cast<char>(c ^ 1);
        CHECK_FALSE(envelope.open(sealed));
        c = static_cast<char>(c ^ 1);
    }
    CHECK(none.open("c").error() == Envelope::Refusal::malformed);
    CHECK(none.open("").error() == Envelope::Refusal::malformed);
}

TEST_CASE("a site's names are announced by family, in messages of bounded size, with the revision before") {
    OwnNames own(1, "10.1.1.1", 4'096);
    std::vector<type::Uuid> ids;
    for (int i = 0; i < 200; ++i) {
        directory::Published published;
        published.name = fmt::format("a:{}", i);
        published.published_id = ids.emplace_back(type::Uuid::make());
        published.listening_ipp = {i % 2 == 0 ? "127.0.0.1" : "10.2.2.2", 1'000};
        CHECK(own.publish(published));
        CHECK_FALSE(own.publish(published));
    }
    auto changes = own.take_changes();
    CHECK(changes.size() > 2);
    std::uint64_t last = 0;
    std::size_t names = 0;
    for (const auto& one : changes) {
        CHECK(one.previous == last);
        CHECK(one.revision == last + 1);
        last = one.revision;
        names += one.published.size();
        CHECK(Envelope("r", std::nullopt).seal(one).size() <= 4'096);
    }
    CHECK(names == 200);
    CHECK(changes[0].published[0].host == "10.1.1.1");
    CHECK(own.take_changes().empty());
    CHECK(own.take_families() == std::map<Family, bool>{{family_of_name("a"), true}});
    for (const auto& id : ids)
        CHECK(own.withdraw(id));
    changes = own.take_changes();
    CHECK(changes[0].previous == last);
    CHECK(own.take_families() == std::map<Family, bool>{{family_of_name("a"), false}});
    CHECK(own.names() == 0);
    CHECK(own.families() == 0);
}

TEST_CASE("a beat tells which families changed lately, and since when") {
    OwnNames own(1, "10.1.1.1", 1u << 20);
    const auto publish = [&](const std::string& name) {
        directory::Published published;
        published.name = name;
        published.published_id = type::Uuid::make();
        published.listening_ipp = {"10.0.0.1", 1};
        own.publish(published);
        own.take_changes();
    };
    publish("a");
    publish("b");
    auto beat = own.beat();
    CHECK(beat.revision == 2);
    CHECK(beat.since == 0);
    CHECK(beat.changed.size() == 2);
    for (int i = 0; i < 5; ++i)
        beat = own.beat();
    CHECK(beat.since == 2);
    CHECK(beat.changed.empty());
    for (int i = 0; i < 100; ++i)
        publish(fmt::format("many-{}", i));
    beat = own.beat();
    CHECK(beat.changed.size() == 64);
    CHECK(beat.since == 102 - 64);
}
