#include <fmt/format.h>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/object/shard.hpp>
#include <layer_cake/realm/gateway.hpp>

namespace layer_cake::realm {
namespace {

constexpr Duration patience = std::chrono::seconds(2); ///< with a publisher that is dialled

std::string_view text_of(const type::Block& block) {
    return {reinterpret_cast<const char*>(block.data()), block.size()};
}

} // namespace

Gateway::Session& Gateway::add_session(const std::string& session, MemberId member, type::Block key) {
    auto& made = sessions_[session];
    RelayPeer peer;
    peer.session = session;
    peer.key = std::move(key);
    peer.longest = board_.longest();
    peer.send = [this, &made, session,
                 subject = relay_subject(subjects_, member) + '.' + session](std::string& message) {
        if (!made.link) return board_.publish_from(message, subject);
        if (std::exchange(made.says_session, false)) return made.link->send(session + message);
        return made.link->send(message);
    };
    peer.over = [this, session](const std::string& why) { end_session(session, why); };
    ++figures_->relayed;
    made.session = std::make_unique<RelaySession>(self_->shard().loop(), std::move(peer));
    return made;
}

void Gateway::end_session(const std::string& session, const std::string& why) {
    if (!why.empty()) self_->trace(fmt::format("realm: a session with another site is over: {}", why));
    const auto ended = sessions_.extract(session);
    auto& link = ended.mapped().link;
    --(link ? figures_->links : figures_->relayed);
    if (link) leave(std::move(link));
}

// Of processes of this site.

/// One wants to speak with a publisher of another site.
void Gateway::entered(const Target& target, Fd connection) {
    const auto& door = doors_.at(target);
    if (count() >= most_sessions || (options_.key && door.site_key.empty())) return;
    const auto session = new_relay_session();
    entered_.emplace(session, Entered{target, door.site_key, door.gateway, std::move(connection), {}, {}});
    makes_links() && may_be_dialled(door.gateway) ? call(session) : open(session, {});
}

/// Over the link, if there is one.
void Gateway::open(const std::string& session, std::string_view greeting) {
    auto entered = std::move(entered_.extract(session).mapped());
    const bool has_link = entered.link != nullptr;
    if (!has_link && !board_.is_up()) return;
    const auto member = entered.target.member;
    auto& made = add_session(session, member, options_.key ? entered.site_key : type::Block{});
    if (has_link) use(made, std::move(entered.link));
    made.says_session = has_link;
    made.session->open(std::move(entered.process), [&](std::uint64_t takes, const type::Block& key) {
        RelayOpen open{own_, entered.target.name, entered.target.published_id, takes, key, {}, 0, {}};
        if (!has_link && links_) {
            open.host = options_.own_host;
            open.port = links_->port();
        }
        if (options_.key) {
            const auto signature = options_.key->sign(signed_text(session, member, greeting, open));
            const auto* first = reinterpret_cast<const std::byte*>(signature.data());
            open.signature.assign(first, first + signature.size());
        }
        return codec::to_binary(open).value_or("");
    });
}

std::string Gateway::signed_text(const std::string& session, MemberId to, std::string_view greeting,
                                 RelayOpen open) const {
    open.signature.clear();
    return fmt::format("layer-cake relay {} {} {} {} {}", options_.realm, session, hex_text(to), greeting,
                       codec::to_binary(open).value_or(""));
}

bool Gateway::is_signed(const std::string& session, std::string_view greeting, const RelayOpen& open) const {
    if (!options_.key) return true;
    const bool is_fine = open.key.size() == RelayKeys::size && open.signature.size() == RealmKey::signature_size &&
                         options_.key->verify(signed_text(session, own_, greeting, open), text_of(open.signature));
    if (!is_fine) ++figures_->forged;
    return is_fine;
}

// Of other sites.

void Gateway::received(Carried& message) {
    const auto session = message.subject.substr(message.subject.rfind('.') + 1);
    if (const auto there = sessions_.find(session); there != sessions_.end()) {
        if (!there->second.link) there->second.session->received(message.bytes);
        return;
    }
    const auto first = parse_relay(message.bytes);
    if (!first || first->kind != RelayMessage::Kind::open || first->number != 0 || !is_relay_session(session)) return;
    const auto open = codec::from_binary<RelayOpen>(first->body);
    if (open && is_signed(session, {}, *open)) asked(session, *open, nullptr);
}

void Gateway::asked(const std::string& session, RelayOpen open, std::unique_ptr<RelayLink> link) {
    if (opening_.contains(session) || entered_.contains(session) || sessions_.contains(session)) return;
    const bool is_full = count() >= most_sessions;
    auto& opening = opening_[session];
    opening.asked = std::move(open);
    opening.link = std::move(link);
    if (opening.link) opening.link->listen({[](std::span<char>) {}, [this, session] { opening_.erase(session); }});
    if (is_full) return refuse(session, "the gateway has too many sessions");
    self_->request(FindOwn{opening.asked.name, opening.asked.published_id}, self_->parent(), patience,
                   [this, session](object::Object&, type::Any answer) { found(session, answer); });
}

void Gateway::found(const std::string& session, const type::Any& answer) {
    const auto there = opening_.find(session);
    if (there == opening_.end()) return;
    const auto* name = answer.get<FarName>();
    if (!name || name->name.empty()) return refuse(session, "that is not published here");
    std::vector<std::string> hosts{name->host};
    if (name->host == options_.own_host) hosts.emplace_back("127.0.0.1");
    there->second.dial = std::make_unique<Dial>(
        self_->shard().loop(), std::move(hosts), name->port, patience, [this, session](Fd connected) {
            auto& opening = opening_.at(session);
            if (!connected) return refuse(session, "the publisher cannot be dialled");
            opening.publisher = std::move(connected);
            const Place back{opening.asked.host, opening.asked.port};
            makes_links() && !opening.link && may_be_dialled(back) ? call_back(session) : accept(session);
        });
}

/// Over the link, if there is one.
void Gateway::accept(const std::string& session) {
    auto opening = std::move(opening_.extract(session).mapped());
    auto& made = add_session(session, opening.asked.member, options_.key ? opening.asked.key : type::Block{});
    made.says_session = opening.link && opening.asked.port; // it has called back
    if (opening.link) use(made, std::move(opening.link));
    made.session->accept(std::move(opening.publisher), opening.asked, options_.key ? &keys_ : nullptr);
}

void Gateway::refuse(const std::string& session, std::string_view why) {
    auto opening = std::move(opening_.extract(session).mapped());
    auto message = relay_text(RelayMessage::Kind::close, 0);
    message += why;
    if (!opening.link)
        return (void)board_.publish(relay_subject(subjects_, opening.asked.member) + '.' + session, message);
    (void)opening.link->send(message);
    leave(std::move(opening.link));
}

} // namespace layer_cake::realm
