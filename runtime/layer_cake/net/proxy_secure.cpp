#include <cstring>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/net/proxy.hpp>
#include <layer_cake/net/session_keys.hpp>
#include <layer_cake/net/wire_messages.hpp>

/// The handshake of an encrypted session, and what has to wait for it.
namespace layer_cake::net {
namespace {

using namespace std::chrono_literals;

constexpr Duration handshake_time = 10s;
/// A far side that reads Hellman and what follows in one go takes the latter for plain text; there is time for it to
/// notice. One of ours does notice.
constexpr Duration pause_after_hellman = 50ms;
constexpr std::size_t most_held = 1024; ///< messages

} // namespace

void Proxy::begin_handshake() {
    self_->start<TooLate>(handshake_time);
    secure_ = options_.connecting ? Secure::wait_hellman : Secure::wait_diffie;
    if (!options_.connecting) return;
    cipher_ = std::make_unique<Cipher>();
    write({}, Diffie{cipher_->public_key()}, {}, 0);
}

void Proxy::on(Object&, TooLate) {
    if (secure_ == Secure::wait_diffie || secure_ == Secure::wait_hellman) broken("no handshake came in time");
}

bool Proxy::shake_hands(const Any& message) {
    if (const auto* diffie = message.get<Diffie>()) {
        const bool first = secure_ == Secure::off && frames_ == 1 && !options_.connecting;
        if (first || secure_ == Secure::wait_diffie) return accept_diffie(diffie->public_key);
        return broken("a handshake in the middle of a session");
    }
    if (const auto* hellman = message.get<Hellman>()) {
        if (secure_ == Secure::wait_hellman) return accept_hellman(hellman->public_key);
        return broken("an answer to no handshake");
    }
    return broken("plain text where encryption was to begin");
}

bool Proxy::accept_diffie(const type::Block& key) {
    const auto* keys = options_.keys.get();
    cipher_ = keys && keys->own ? std::make_unique<Cipher>(*keys->own) : std::make_unique<Cipher>();
    if (!cipher_->agree(key, false)) return broken("a key that is none");
    secure_ = Secure::holding;
    write({}, Hellman{cipher_->public_key()}, {}, 0);
    encrypting_ = true;
    self_->cancel<TooLate>();
    if (header_.ours)
        release();
    else
        self_->start<Release>(pause_after_hellman);
    opened();
    return true;
}

/// Whether the far side's key is the one that is pinned, if one is.
bool Proxy::is_expected(const type::Block& key) const {
    const auto* keys = options_.keys.get();
    if (!keys || !keys->far) return true;
    return key.size() == keys->far->size() && std::memcmp(key.data(), keys->far->data(), key.size()) == 0;
}

bool Proxy::accept_hellman(const type::Block& key) {
    if (!is_expected(key)) return broken("it has another key than it should have");
    if (!cipher_->agree(key, true)) return broken("a key that is none");
    secure_ = Secure::on;
    encrypting_ = true;
    self_->cancel<TooLate>();
    opened();
    release();
    return true;
}

void Proxy::on(Object&, Release) {
    if (secure_ == Secure::holding && state_ == State::open) release();
}

void Proxy::hold(const Address& to, Any message, const Address& from, std::int64_t deadline) {
    if (held_.size() < most_held) return held_.push_back({to, std::move(message), from, deadline}), void();
    refuse(std::move(message), to, from, type::Overloaded{{"overloaded", "the session is not open yet", {}, {}}},
           object::Notice::What::overflow);
}

void Proxy::release() {
    secure_ = Secure::on;
    for (auto& held : std::exchange(held_, {}))
        write(held.to, std::move(held.message), held.from, held.deadline);
}

/// `done`: the frame was one of those that may come in plain text even now.
bool Proxy::open_content(char* content, const FrameSizes& sizes, bool& done) {
    if (cipher_->open(content, sizes.total)) {
        heard_secure_ = true;
        if (secure_ == Secure::holding) release();
        return true;
    }
    if (heard_secure_ || options_.connecting) return broken("a frame that is not authentic");
    // The predecessor asks to be kept alive while it shakes hands, in plain text.
    Frame frame;
    Any message;
    done = true;
    if (!cut_content({content, sizes.total}, sizes, frame) || is_binary(frame.header) ||
        !read_header(frame.header, header_) || !read_addresses(frame.book) || !read_body(frame, nullptr, message) ||
        !message.is<KeepAlive>())
        return broken("plain text where encryption has begun");
    bool taken = false;
    return keep(message, from_wire(header_.from.view(), crossing_), taken);
}

} // namespace layer_cake::net
