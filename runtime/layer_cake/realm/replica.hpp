#pragma once

#include <layer_cake/core/random.hpp>
#include <layer_cake/directory/allowance.hpp>
#include <layer_cake/directory/node.hpp>
#include <layer_cake/realm/carrier.hpp>
#include <layer_cake/realm/envelope.hpp>
#include <layer_cake/realm/far_members.hpp>
#include <layer_cake/realm/interests.hpp>
#include <layer_cake/realm/own_names.hpp>
#include <layer_cake/realm/questions.hpp>
#include <layer_cake/realm/realm_limits.hpp>
#include <layer_cake/realm/state.hpp>

namespace layer_cake::realm {

struct ReplicaOptions {
    std::string realm; ///< checked by check_realm_name()
    MemberCard card;   ///< its member is chosen by the replica; host: what is published at 127.0.0.1 is reached at
    std::optional<RealmKey> key; ///< nothing: all who reach the carrier are members
    std::string inbox;           ///< the carrier's, for answers
    std::size_t longest = 1u << 20;
    RealmLimits limits;
    std::optional<std::uint64_t> seed; ///< for tests: all that is chosen follows from it
};

/// What a replica wants done, in this order.
struct RealmEffects {
    struct Watch {
        std::string subject;
        bool on = true; ///< false: not any more
    };
    struct Post {
        std::string subject, bytes, reply_to;
    };
    struct Message {
        type::Address to; ///< the home of a subscriber of this site
        type::Any content;
        MemberId about = 0; ///< of a RouteOverLoop: whose name that is
    };
    std::vector<Watch> watches;
    std::vector<Post> posts;
    std::vector<Message> messages;
    std::vector<std::string> news; ///< for people: `site "north" (a1) is there`
    bool more = false;             ///< call go_on(), after what others want of it
};

/// A site's view of the realm: what it has to tell, and what it wants to know of others. It stands above the top node
/// of its site as that one's parent.
///
/// A function from what happened to what is to be done (RealmEffects); it knows no sockets, and no time but what it is
/// told.
///
///     the site publishes, withdraws     its revision is one more; the change is announced to who watches the family
///     the site searches                 the family is watched, and who has names of it is asked; what is known of it
///                                       is passed on at once
///     nobody searches a family any      it is watched no more, and forgotten
///     more
///     Changes of a family come in       the names are there, or gone. When announcements are missing in between, the
///                                       member is asked for the whole of the family
///     ... of an unknown member          it is asked for what is wanted; what comes is believed only when it answers
///     a Beat comes in                   its lease is new; families whose last change is not known here are asked for
///     an Answer comes in, to a question the names are as it says; a member that was not known is from now on
///     of our own
///     nothing came in for a lease       the member is gone, its names with it
///     Bye                               the same, at once
///     the carrier is down               nothing: sessions go on, leases wait
///     the carrier is up                 everything that is wanted is asked for again, every family announced again,
///                                       a hundred messages at a time
///
/// **Soft state.** Nothing is agreed upon. Whatever was lost, doubled, late or cut off for a while: once messages come
/// through, each replica knows within a lease what it wants of members that it knows, and within `refresh` all others.
///
/// **Freshness without clocks.** A member takes a new number each time it starts. A number that is not known here is
/// asked a question with a nonce, and only the answer makes it known; from then on its revisions and beats only grow.
/// So what was recorded and is said again is refused, and no clock has to be right. **Late** is what says no more than
/// is known already; **forged** what is not signed with the realm's key.
///
/// **Names of other sites** are in a directory::Node of scope WAN, each member a child: matching, one name one
/// publisher, and introduction are what they are in every node. Only what matches a search of this site is kept.
/// The same name and id from two members is one publisher: it stays while one of them has it.
///
/// **Leases** are aged here, from when a member was last heard. When this replica itself was not called for longer than
/// it had asked for, all leases are longer by that: who was stopped for a while does not take all others for gone.
class Replica {
public:
    Replica(ReplicaOptions options, Instant now);
    ~Replica();
    Replica(const Replica&) = delete;
    Replica& operator=(const Replica&) = delete;

    /// What is to be watched from the beginning. Once, first.
    void begin(RealmEffects& effects);

    // The carrier.
    void carrier_up(Instant now, RealmEffects& effects);
    void carrier_down();
    void carrier_lost(Instant now, RealmEffects& effects); ///< messages were thrown away here
    void received(const Carried& carried, Instant now, RealmEffects& effects);

    // The top node of the site.
    void received(const directory::Published& published, Instant now, RealmEffects& effects);
    void received(const directory::Subscribed& subscribed, Instant now, RealmEffects& effects);
    void received(const directory::PublishedDirectory& all, Instant now, RealmEffects& effects);
    void received(const directory::ClearListings& cleared, Instant now, RealmEffects& effects);
    void go_on(RealmEffects& effects);

    /// What is due.
    void tick(Instant now, RealmEffects& effects);
    Instant due() const;

    /// It says good-bye. Nothing else may be asked of it then.
    void leave(RealmEffects& effects);

    /// Where this member takes enquiries and sessions; known a little after the start.
    void set_directory(std::uint16_t port, bool encrypted) {
        options_.card.directory_port = port;
        options_.card.directory_encrypted = encrypted;
    }
    void set_gateway(std::uint16_t port, type::Block site_key) {
        options_.card.gateway_port = port;
        options_.card.site_key = std::move(site_key);
    }

    // What there is, for people.
    const ReplicaOptions& options() const { return options_; }
    const directory::Node& node() const { return node_; }
    const MemberCard& card() const { return options_.card; }
    /// Where a name of this site is; nothing when that is not published.
    std::optional<FarName> own_name(const std::string& name, const type::Uuid& id) const { return own_.find(name, id); }
    /// Of a member that is known; null else.
    const MemberCard* card_of(MemberId member) const;
    std::vector<MemberCard> members() const;
    RealmFigures figures() const;
    RealmState state(Instant now) const; ///< but for the carrier and the sessions (state.cpp)

private:
    struct Turn; ///< one call from outside: what it has to do with
    struct News; ///< listings of one member, for the node

    void add_search(const directory::Subscribed& subscribed, Turn& turn);
    void remove_search(const type::Uuid& id, Turn& turn);
    void forget_family(Family family, bool all_of_it, Turn& turn);
    void announce(Turn& turn);
    void announce_unchanged(Family family, Turn& turn);
    void follow_own_families(Turn& turn);
    void drain(Turn& turn);
    Instant arrive(Instant now);
    void finish(Turn& turn);
    void post(std::string subject, const Spoken& spoken, Turn& turn, std::string reply_to = {});
    void look(Turn& turn);
    void ask_all_again();

    // replica_asks.cpp
    void flush_questions(Turn& turn);
    void ask_everybody(Family family, std::uint64_t after, Turn& turn);
    void challenge(MemberId member, Family family, Turn& turn);
    void repeat_challenges(Turn& turn);
    void mend(FarMember& member, Turn& turn);
    void answer(const Question& question, const std::string& reply_to, bool is_to_us, Turn& turn);

    // replica_hears.cpp
    void hear(const Changes& changes, Turn& turn);
    void hear(const Beat& beat, Turn& turn);
    void hear(const Bye& bye, Turn& turn);
    void hear(const Answer& answer, Turn& turn);
    FarMember* known(const MemberCard& card, std::uint64_t revision, Turn& turn);
    void take(FarMember& member, const Questions::About& about, const std::vector<FarName>& names,
              std::uint64_t revision, Turn& turn);
    void put(FarMember& member, Family family, const FarName& name, News& news);
    void remove(FarMember& member, Slice& slice, std::map<std::string, type::Uuid>::iterator name, News& news);
    void tell_node(FarMember& member, News& news, Turn& turn);
    void lose_names(FarMember& member, Turn& turn);
    void forget(FarMember& member, Turn& turn);
    void revive(FarMember& member, Turn& turn);
    void follow(FarMember& member, Turn& turn);

    ReplicaOptions options_;
    Envelope envelope_;
    Subjects subjects_;
    Questions questions_;
    directory::Node node_;
    OwnNames own_;
    Interests interests_;
    FarMembers members_;
    RealmFigures figures_;
    Random random_;
    directory::Allowance compared_;
    bool is_up_ = false;
    bool watches_all_questions_ = false;
    Instant last_turn_, next_beat_, next_look_;
    std::optional<Instant> ask_again_at_;
    std::map<Family, std::uint64_t> to_ask_; ///< everybody, about searches after that number
    std::optional<Family> to_announce_;      ///< all families behind that one, again
    Family refreshed_ = 0;                   ///< the last one that was announced again in turn
    double to_refresh_ = 0;
    struct Challenge {
        Instant asked;
        unsigned tries = 0;
    };
    std::map<std::pair<MemberId, Family>, Challenge> challenges_;
};

} // namespace layer_cake::realm
