#include "tests/fuzz/target.hpp"
#include <layer_cake/realm/replica.hpp>

// Whatever a member of a realm is told, by one that it knows: it keeps no more than it searches for and has room for,
// and goes on. What is a message has one form.
FUZZ_TARGET(text) {
    using namespace layer_cake;
    using namespace layer_cake::realm;
    static const Envelope envelope("fuzz", std::nullopt);
    if (const auto spoken = envelope.open(text)) require(envelope.open(envelope.seal(*spoken)).has_value());

    ManualClock clock;
    ReplicaOptions options;
    options.realm = "fuzz";
    options.card.lease = 9'000;
    options.card.host = "10.0.0.1";
    options.inbox = "inbox";
    options.limits.names = 100;
    options.limits.members = 10;
    options.seed = 1;
    Replica replica(options, clock.now());
    RealmEffects effects;
    replica.begin(effects);
    replica.carrier_up(clock.now(), effects);
    const directory::Subscribed search{"a:.*", directory::Scope::WAN, type::Uuid::make(), type::Address(7)};
    replica.received(search, clock.now(), effects);

    // A member that is known: 7. The numbers of all questions follow from the seed.
    Question asked;
    for (const auto& post : effects.posts)
        if (auto spoken = envelope.open(post.bytes))
            if (const auto* question = std::get_if<Question>(&*spoken)) asked = *question;
    Answer answer{asked.nonce, 3, {}, {{family_of_name("a"), 0, true, {{"a:1", {}, false, "10.0.0.2", 1}}}}};
    answer.card.member = 7;
    answer.card.lease = 9'000;
    answer.card.host = "10.0.0.2";
    replica.received(Carried{0, "inbox", {}, envelope.seal(answer)}, clock.now(), effects);
    require(replica.figures().names == 1);

    for (int i = 0; i < 4; ++i) {
        replica.received(Carried{0, "lc.fuzz.any", "reply", std::string(text)}, clock.now(), effects);
        clock.advance(std::chrono::seconds(1));
        replica.tick(clock.now(), effects);
    }
    require(replica.figures().names <= 100 && replica.figures().members <= 10);
    clock.advance(std::chrono::hours(1));
    replica.received(directory::ClearListings{{search.subscribed_id}, {}}, clock.now(), effects);
    require(replica.figures().names == 0 && replica.figures().bytes == 0 && replica.figures().members == 0);
}
