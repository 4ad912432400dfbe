#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/realm/subjects.hpp>
#include <layer_cake/type/messages.hpp>
#include <layer_cake/type/texts.hpp>
#include <layer_cake/type/uuid.hpp>

/// What gateways say to each other about one session each, over the carrier or over a link.
///
///     lc.REALM.relay.MEMBER.SESSION    to that member's gateway
///
/// SESSION is 32 hexadecimal digits, chosen by who opens it, the same in both directions.
///
/// **A link** is a connection from gateway to gateway, for one session. Who is dialled says a greeting first: its
/// number, and a nonce. The first message of who dialled begins with SESSION.
namespace layer_cake::realm {

/// A subscriber's gateway wants a session with a publisher of the other's site. It may only be what that site
/// announces.
struct RelayOpen {
    std::uint64_t member = 0; ///< who asks
    std::string name;
    type::Uuid published_id;
    std::uint64_t takes = 0; ///< bytes, to begin with
    type::Block key;         ///< made for this session; empty in a realm without a key
    std::string host;        ///< where the other may make a link to who asks, if there is none yet;
    std::uint16_t port = 0;  ///< 0: nowhere
    type::Block signature;   ///< by the realm's key, of everything else and the greeting of a link
};
LAYER_CAKE_DESCRIBE_AS(RelayOpen, "layer_cake.realm.RelayOpen", member, name, published_id, takes, key, host, port,
                       signature)

/// It is there.
struct RelayOpened {
    std::uint64_t takes = 0;
    type::Block key;
};
LAYER_CAKE_DESCRIBE_AS(RelayOpened, "layer_cake.realm.RelayOpened", takes, key)

/// One message of a session. All are numbered, in each direction from 0.
struct RelayMessage {
    enum class Kind : char {
        open = 'o',   ///< RelayOpen
        opened = 'a', ///< RelayOpened
        data = 'd',   ///< bytes of the connection
        takes = 't',  ///< 8 bytes, low ones first: so many the sender takes in all
        alive = 'l',  ///< nothing; so that a loss before it shows
        end = 'e',    ///< no data comes after it
        close = 'x',  ///< it is over; why, for people
    };
    Kind kind = Kind::data;
    std::uint64_t number = 0;
    std::string_view body; ///< sealed after the first, in a realm with a key
};

inline constexpr std::size_t relay_head = 9; ///< bytes in front of the body

/// The beginning of a message, that its body is appended to.
std::string relay_text(RelayMessage::Kind kind, std::uint64_t number);
/// Nothing when it is none.
std::optional<RelayMessage> parse_relay(std::string_view bytes);

/// What the gateway says that was dialled. A RelayOpen that comes over the link is signed together with it: what was
/// recorded opens nothing.
std::string new_relay_greeting(MemberId member);
/// Nothing when it is none.
std::optional<MemberId> greeting_member(std::string_view greeting);

std::string number_bytes(std::uint64_t number);
std::optional<std::uint64_t> parse_number(std::string_view bytes);

/// `lc.shop.relay.00f3....`: the gateway of a member; a session's word follows a dot.
std::string relay_subject(const Subjects& subjects, MemberId member);
std::string new_relay_session();
bool is_relay_session(std::string_view word);

} // namespace layer_cake::realm

// clang-format off
#define LAYER_CAKE_RELAY_MESSAGES(X) X(layer_cake::realm::RelayOpen) X(layer_cake::realm::RelayOpened)
LAYER_CAKE_RELAY_MESSAGES(LAYER_CAKE_MADE_ELSEWHERE)
// clang-format on
