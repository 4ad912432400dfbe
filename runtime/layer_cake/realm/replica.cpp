#include <cmath>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/realm/replica_turn.hpp>

namespace layer_cake::realm {
namespace {

using namespace std::chrono_literals;

constexpr Duration look_period = 500ms;
constexpr Duration pace = 5ms; ///< between bursts of messages
constexpr std::size_t burst = 100;
constexpr Duration ask_again_period = 5s;                          ///< after losses
constexpr Duration answers_period = 15s;                           ///< as long answers are taken
constexpr Duration kept_period = 10min;                            ///< a member of which there are no names
constexpr std::size_t most_watched = 4'096, watched_again = 2'048; ///< families of ours, one by one

std::uint64_t seed_of(const ReplicaOptions& options) {
    return options.seed.value_or(0);
}

directory::NodeLimits node_limits(const RealmLimits& limits) {
    directory::NodeLimits made;
    made.names = limits.names_of_member + 1; // it is the replica that refuses
    made.bytes = SIZE_MAX;
    return made;
}

} // namespace

Replica::Replica(ReplicaOptions options, Instant now)
    : options_(std::move(options)),
      envelope_(options_.realm, options_.key),
      subjects_(options_.realm),
      questions_(options_.seed),
      node_(directory::Scope::WAN, node_limits(options_.limits),
            options_.seed ? directory::UniqueIds(seed_of(options_)) : directory::UniqueIds()),
      own_(options_.card.member = questions_.number(), options_.card.host, options_.longest),
      random_(options_.seed ? Random(seed_of(options_)) : Random()),
      compared_(options_.limits.compared, options_.limits.compared_a_second, now),
      last_turn_(now),
      next_beat_(now),
      next_look_(now + look_period) {}

Replica::~Replica() = default;

void Replica::begin(RealmEffects& effects) {
    for (const auto& subject : {subjects_.question_to(own_.member()), subjects_.question(all_families), options_.inbox})
        effects.watches.push_back({subject});
}

/// Every call from outside begins with it: who was stopped for a while has not heard the others meanwhile.
Instant Replica::arrive(Instant now) {
    const auto passed = now - last_turn_;
    last_turn_ = now;
    if (passed <= 2 * look_period) return now;
    const auto lag = passed - look_period;
    figures_.lag = std::max(figures_.lag, lag);
    for (const auto& [id, member] : members_)
        member->heard = std::min(now, member->heard + lag);
    return now;
}

void Replica::finish(Turn& turn) {
    announce(turn);
    follow_own_families(turn);
    flush_questions(turn);
    drain(turn);
}

void Replica::post(std::string subject, const Spoken& spoken, Turn& turn, std::string reply_to) {
    if (!is_up_) return;
    auto bytes = envelope_.seal(spoken);
    ++figures_.sent;
    figures_.sent_bytes += bytes.size();
    turn.effects.posts.push_back({std::move(subject), std::move(bytes), std::move(reply_to)});
}

/// What the node wants done, with whose name it is about.
void Replica::drain(Turn& turn) {
    for (auto& message : turn.below.messages) {
        MemberId about = 0;
        if (const auto* route = message.content.get<directory::RouteOverLoop>())
            if (const auto listed = node_.find(route->name))
                if (const auto* member = members_.by_child(listed->home_address.id())) about = member->id();
        turn.effects.messages.push_back({std::move(message.to), std::move(message.content), about});
    }
    for (auto& complaint : turn.below.complaints)
        if (complaint.child == 0) turn.effects.news.push_back(std::move(complaint.text));
    turn.effects.more |= turn.below.more;
    turn.below = {};
}

// The carrier.

void Replica::carrier_up(Instant now, RealmEffects& effects) {
    Turn turn{arrive(now), effects};
    is_up_ = true;
    for (const auto& [id, member] : members_)
        member->heard = now;
    ask_all_again();
    to_announce_ = 0;
    next_beat_ = now;
    finish(turn);
}

void Replica::carrier_down() {
    is_up_ = false;
}

void Replica::carrier_lost(Instant now, RealmEffects& effects) {
    Turn turn{arrive(now), effects};
    if (!ask_again_at_) ask_again_at_ = now + ask_again_period;
    finish(turn);
}

void Replica::ask_all_again() {
    ask_again_at_.reset();
    for (auto& [family, interest] : interests_.families()) {
        to_ask_[family] = 0;
        interest.tries = 0;
    }
}

void Replica::received(const Carried& carried, Instant now, RealmEffects& effects) {
    Turn turn{arrive(now), effects};
    ++figures_.received;
    figures_.received_bytes += carried.bytes.size();
    const auto spoken = envelope_.open(carried.bytes);
    if (!spoken) {
        ++(spoken.error() == Envelope::Refusal::forged ? figures_.forged : figures_.malformed);
        return;
    }
    if (const auto* question = std::get_if<Question>(&*spoken))
        answer(*question, carried.reply_to, carried.subject == subjects_.question_to(own_.member()), turn);
    if (const auto* changes = std::get_if<Changes>(&*spoken)) hear(*changes, turn);
    if (const auto* beat = std::get_if<Beat>(&*spoken)) hear(*beat, turn);
    if (const auto* bye = std::get_if<Bye>(&*spoken)) hear(*bye, turn);
    if (const auto* told = std::get_if<Answer>(&*spoken)) hear(*told, turn);
    finish(turn);
}

// The site.

void Replica::received(const directory::Published& published, Instant now, RealmEffects& effects) {
    directory::PublishedDirectory one;
    one.published.push_back(published);
    received(one, now, effects);
}

void Replica::received(const directory::Subscribed& subscribed, Instant now, RealmEffects& effects) {
    directory::PublishedDirectory one;
    one.subscribed.push_back(subscribed);
    received(one, now, effects);
}

void Replica::received(const directory::PublishedDirectory& all, Instant now, RealmEffects& effects) {
    Turn turn{arrive(now), effects};
    for (const auto& published : all.published)
        if (published.scope == directory::Scope::WAN && directory::check_name(published.name)) own_.publish(published);
    for (const auto& subscribed : all.subscribed)
        if (subscribed.scope == directory::Scope::WAN) add_search(subscribed, turn);
    finish(turn);
}

void Replica::received(const directory::ClearListings& cleared, Instant now, RealmEffects& effects) {
    Turn turn{arrive(now), effects};
    for (const auto& id : cleared.publishers)
        own_.withdraw(id);
    node_.received(0, directory::ClearListings{cleared.subscribers, {}}, turn.below);
    for (const auto& id : cleared.subscribers)
        remove_search(id, turn);
    finish(turn);
}

void Replica::go_on(RealmEffects& effects) {
    Turn turn{last_turn_, effects};
    node_.go_on(turn.below);
    drain(turn);
}

void Replica::add_search(const directory::Subscribed& subscribed, Turn& turn) {
    node_.received(0, subscribed, turn.below);
    const auto before = interests_.newest(family_of_search(subscribed.search));
    const auto change = interests_.add(subscribed.subscribed_id, subscribed.search);
    if (!change || !change->is_new_search) return;
    const auto family = change->family;
    to_ask_.try_emplace(family, change->is_new_family ? 0 : before);
    if (change->is_new_family && family == all_families) {
        turn.effects.watches.push_back({subjects_.changes(all_families)});
        for (const auto& [one, searched] : interests_.families())
            if (one != all_families) turn.effects.watches.push_back({subjects_.changes(one), false});
    } else if (change->is_new_family && !interests_.wants_all()) {
        turn.effects.watches.push_back({subjects_.changes(family)});
    }
    for (const auto& [id, member] : members_)
        for (auto& [one, slice] : member->slices) {
            if (!interests_.find(one) || (one != family && family != all_families)) continue;
            slice.asked = turn.now; // everybody is asked at once
            member->behind.insert(one);
        }
}

void Replica::remove_search(const type::Uuid& id, Turn& turn) {
    const auto change = interests_.remove(id);
    if (!change) return;
    const auto family = change->family;
    if (change->is_end_of_family && family == all_families) {
        for (const auto& [one, searched] : interests_.families())
            turn.effects.watches.push_back({subjects_.changes(one)});
        turn.effects.watches.push_back({subjects_.changes(all_families), false});
    } else if (change->is_end_of_family && !interests_.wants_all()) {
        turn.effects.watches.push_back({subjects_.changes(family), false});
    } else if (change->is_end_of_family) { // what it was asked for is left to the searches of all families
        to_ask_[all_families] = 0;
        for (const auto& [number, member] : members_)
            if (const auto slice = member->slices.find(all_families); slice != member->slices.end()) {
                slice->second.searches = 0;
                slice->second.asked = turn.now;
                member->behind.insert(all_families);
            }
    }
    forget_family(family, change->is_end_of_family, turn);
}

/// What nobody searches any more.
void Replica::forget_family(Family family, bool all_of_it, Turn& turn) {
    std::vector<FarMember*> empty;
    for (const auto& [id, member] : members_) {
        News news;
        for (auto at = member->slices.begin(); at != member->slices.end();) {
            auto& [one, slice] = *at;
            const bool is_it = one == family;
            if (!is_it && family != all_families) {
                ++at;
                continue;
            }
            for (auto name = slice.names.begin(); name != slice.names.end();)
                if (const auto this_one = name++; !interests_.wants(this_one->first))
                    remove(*member, slice, this_one, news);
            if (is_it && all_of_it) {
                member->behind.erase(one);
                slice.revision = slice.searches = 0;
            }
            at = slice.names.empty() && !interests_.find(one) ? member->slices.erase(at) : std::next(at);
        }
        tell_node(*member, news, turn);
        if (member->slices.empty()) empty.push_back(member.get());
    }
    for (auto* member : empty)
        forget(*member, turn);
}

void Replica::announce(Turn& turn) {
    for (auto& changes : own_.take_changes()) {
        figures_.announced += changes.published.size();
        figures_.withdrawn += changes.withdrawn.size();
        auto subject = subjects_.changes(changes.family);
        post(std::move(subject), std::move(changes), turn);
    }
}

void Replica::announce_unchanged(Family family, Turn& turn) {
    if (const auto told = own_.unchanged(family)) post(subjects_.changes(family), *told, turn);
}

/// The questions about our families are watched one by one, or all when there are many families.
void Replica::follow_own_families(Turn& turn) {
    const auto watch = [&](std::string subject, bool on) { turn.effects.watches.push_back({std::move(subject), on}); };
    const auto watch_each = [&](bool on) {
        for (auto family = own_.next(0); family; family = own_.next(*family))
            watch(subjects_.question(*family), on);
    };
    const auto turned = own_.take_families();
    if (!watches_all_questions_)
        for (const auto& [family, is_there] : turned)
            watch(subjects_.question(family), is_there);
    const bool too_many = own_.families() > (watches_all_questions_ ? watched_again : most_watched);
    if (too_many == watches_all_questions_) return;
    watches_all_questions_ = too_many;
    watch(subjects_.any_question(), too_many);
    watch(subjects_.question(all_families), !too_many);
    watch_each(!too_many);
}

// Time.

void Replica::tick(Instant now, RealmEffects& effects) {
    Turn turn{arrive(now), effects};
    announce(turn);
    if (now >= next_beat_) {
        const auto third = options_.card.lease * 1'000'000 / 3;
        next_beat_ = now + std::chrono::nanoseconds(third - third / 10 + random_.up_to(third / 10));
        post(subjects_.life(own_.member()), own_.beat(), turn);
    }
    for (std::size_t sent = 0; to_announce_ && sent < burst; ++sent) {
        to_announce_ = own_.next(*to_announce_);
        if (to_announce_) announce_unchanged(*to_announce_, turn);
    }
    if (now >= next_look_) look(turn);
    finish(turn);
}

Instant Replica::due() const {
    const bool has_more = is_up_ && (!to_ask_.empty() || to_announce_) && questions_.size() < options_.limits.questions;
    return std::min({next_beat_, next_look_, has_more ? last_turn_ + pace : Instant::max()});
}

void Replica::look(Turn& turn) {
    const auto now = turn.now;
    next_look_ = now + look_period;
    questions_.forget_before(now - answers_period);
    if (ask_again_at_ && *ask_again_at_ <= now) ask_all_again();
    repeat_challenges(turn);

    // A share of all families, so that each has its turn within `refresh`.
    to_refresh_ += static_cast<double>(own_.families()) * (look_period / 1ms) / (options_.limits.refresh / 1ms);
    for (; to_refresh_ >= 1; --to_refresh_) {
        refreshed_ = own_.next(refreshed_).value_or(own_.next(0).value_or(0));
        announce_unchanged(refreshed_, turn);
    }
    if (!is_up_) return;
    for (auto& [family, interest] : interests_.families())
        if (interest.tries > 0 && interest.tries < 4 && now - interest.asked >= 500ms * (1u << interest.tries))
            to_ask_[family] = 0;
    std::vector<FarMember*> forgotten;
    for (const auto& [id, member] : members_) {
        const auto silent = now - member->heard;
        if (member->names > 0 && silent > member->lease()) {
            ++figures_.expired;
            turn.effects.news.push_back(fmt::format("site \"{}\" ({}) is not heard any more",
                                                    terminal_safe(member->card.site),
                                                    terminal_safe(member->card.node)));
            lose_names(*member, turn);
            member->is_gone = true;
            follow(*member, turn);
        } else if (member->names == 0 && silent > kept_period) {
            forgotten.push_back(member.get());
        } else {
            mend(*member, turn);
        }
    }
    for (auto* member : forgotten)
        forget(*member, turn);
}

void Replica::leave(RealmEffects& effects) {
    Turn turn{last_turn_, effects};
    post(subjects_.life(own_.member()), Bye{own_.member()}, turn);
}

// For people.

const MemberCard* Replica::card_of(MemberId id) const {
    const auto* member = members_.find(id);
    return member ? &member->card : nullptr;
}

std::vector<MemberCard> Replica::members() const {
    std::vector<MemberCard> all;
    for (const auto& [id, member] : members_)
        all.push_back(member->card);
    return all;
}

RealmFigures Replica::figures() const {
    auto all = figures_;
    all.members = members_.size();
    all.names = members_.names;
    all.bytes = members_.bytes;
    all.own_names = own_.names();
    all.families = interests_.families().size();
    return all;
}

} // namespace layer_cake::realm
