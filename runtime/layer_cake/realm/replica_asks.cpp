#include <layer_cake/realm/replica_turn.hpp>

/// The questions of a replica, and its answers.
namespace layer_cake::realm {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t burst = 100;                             ///< questions at a time
constexpr std::size_t most_families = 64, most_searches = 200; ///< in one question
constexpr std::size_t most_challenges = 4'096;
constexpr unsigned challenge_tries = 4;

std::size_t size_of(const Questions::About& about) {
    std::size_t size = 16;
    for (const auto& search : about.searches)
        size += 4 + search.size();
    return size;
}

Questions::About about(Family family, const Interests& interests, std::uint64_t after) {
    // When those after it are too many to be named, all names are asked for: that is the whole.
    Questions::About made{family, after, interests.newest(family), false, interests.searches_after(family, after)};
    made.is_whole = interests.is_whole(family, after) || made.searches.empty();
    if (made.is_whole) made.after = 0;
    return made;
}

Question question_of(std::uint64_t nonce, const std::vector<Questions::About>& all) {
    Question question{nonce, {}};
    for (const auto& one : all)
        question.wanted.push_back({one.family, one.searches});
    return question;
}

} // namespace

void Replica::flush_questions(Turn& turn) {
    for (std::size_t sent = 0; is_up_ && sent < burst && !to_ask_.empty(); ++sent) {
        if (questions_.size() >= options_.limits.questions) return;
        const auto [family, after] = *to_ask_.begin();
        to_ask_.erase(to_ask_.begin());
        ask_everybody(family, after, turn);
    }
}

void Replica::ask_everybody(Family family, std::uint64_t after, Turn& turn) {
    auto* interest = interests_.find(family);
    if (!interest) return;
    interest->asked = turn.now;
    ++interest->tries;
    std::vector<Questions::About> all{about(family, interests_, after)};
    const auto nonce = questions_.ask({turn.now, 0, all});
    ++figures_.questions;
    post(subjects_.question(family), question_of(nonce, all), turn, options_.inbox);
}

/// Something came of a member that is not known: only what it answers is believed.
void Replica::challenge(MemberId member, Family family, Turn& turn) {
    if (!interests_.find(family) || challenges_.size() >= most_challenges ||
        questions_.size() >= options_.limits.questions)
        return;
    const auto [challenge, is_new] = challenges_.try_emplace({member, family});
    if (!is_new && turn.now - challenge->second.asked < 1s) return;
    challenge->second.asked = turn.now;
    ++challenge->second.tries;
    std::vector<Questions::About> all{about(family, interests_, 0)};
    const auto nonce = questions_.ask({turn.now, member, all});
    ++figures_.questions;
    post(subjects_.question_to(member), question_of(nonce, all), turn, options_.inbox);
}

void Replica::repeat_challenges(Turn& turn) {
    std::vector<std::pair<MemberId, Family>> due;
    for (auto at = challenges_.begin(); at != challenges_.end();) {
        const auto& [whom, challenge] = *at;
        if (members_.find(whom.first) || challenge.tries >= challenge_tries) {
            at = challenges_.erase(at);
            continue;
        }
        if (turn.now - challenge.asked >= 500ms * (1u << challenge.tries)) due.push_back(whom);
        ++at;
    }
    for (const auto& [member, family] : due)
        challenge(member, family, turn);
}

/// Asks a member about the families of which something is missing here.
void Replica::mend(FarMember& member, Turn& turn) {
    if (member.is_gone || !is_up_ || questions_.size() >= options_.limits.questions) return;
    std::vector<Questions::About> all;
    std::size_t bytes = 0, searches = 0;
    for (auto at = member.behind.begin(); at != member.behind.end() && all.size() < most_families;) {
        const auto family = *at;
        auto& slice = member.slices[family];
        if (!interests_.find(family) || !slice.is_behind(interests_.newest(family))) {
            at = member.behind.erase(at);
            continue;
        }
        ++at;
        if (turn.now - slice.asked < 1s) continue;
        auto one = about(family, interests_, slice.revision < slice.seen ? 0 : slice.searches);
        bytes += size_of(one);
        searches += one.searches.size();
        if (!all.empty() && (bytes > options_.longest / 2 || searches > most_searches)) break;
        slice.asked = turn.now;
        all.push_back(std::move(one));
    }
    if (all.empty()) return;
    const auto nonce = questions_.ask({turn.now, member.id(), all});
    ++figures_.questions;
    post(subjects_.question_to(member.id()), question_of(nonce, all), turn, options_.inbox);
}

/// A question to everybody is answered by those only who have something.
void Replica::answer(const Question& question, const std::string& reply_to, bool is_to_us, Turn& turn) {
    std::size_t searches = 0, compared = 0;
    for (const auto& wanted : question.wanted) {
        searches += wanted.searches.size();
        compared += own_.compared_for(wanted);
    }
    if (reply_to.empty() || question.wanted.size() > options_.limits.searches || searches > options_.limits.searches) {
        ++figures_.malformed;
        return;
    }
    if (!compared_.take(compared, turn.now)) {
        ++figures_.flood;
        return;
    }
    Answer told{question.nonce, own_.revision(), options_.card, {}};
    std::size_t bytes = message_overhead;
    const auto send = [&] {
        if (told.families.empty()) return;
        ++figures_.answers;
        post(reply_to, told, turn);
        told.families.clear();
        bytes = message_overhead;
    };
    for (const auto& wanted : question.wanted)
        for (auto& part : own_.answer(wanted)) {
            if (!is_to_us && part.names.empty()) continue;
            std::size_t size = 32;
            for (const auto& name : part.names)
                size += name_overhead + name.name.size() + name.host.size();
            if (bytes + size > options_.longest) send();
            bytes += size;
            told.families.push_back(std::move(part));
        }
    send();
}

} // namespace layer_cake::realm
