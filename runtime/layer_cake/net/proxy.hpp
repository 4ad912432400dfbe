#pragma once

#include <deque>
#include <layer_cake/codec/text_buffer.hpp>
#include <layer_cake/net/agreement.hpp>
#include <layer_cake/net/cipher.hpp>
#include <layer_cake/net/crossing.hpp>
#include <layer_cake/net/frame.hpp>
#include <layer_cake/net/frame_header.hpp>
#include <layer_cake/net/issued.hpp>
#include <layer_cake/net/keeper.hpp>
#include <layer_cake/net/relayed.hpp>
#include <layer_cake/net/session.hpp>
#include <layer_cake/net/stream.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/outbound.hpp>
#include <layer_cake/object/shard.hpp>

/// The object that stands for one connection. Used by session.cpp and its parts only.
namespace layer_cake::net {

using object::Object;
using type::Address;
using type::Any;

/// A proxy's own timers.
template <int which>
struct ProxyTimer {};
using ReadOn = ProxyTimer<0>;     ///< what was received has been handled: more may be read
using StallCheck = ProxyTimer<1>; ///< what waited to be sent a while ago should be gone
using LastCall = ProxyTimer<2>;   ///< of closing: no more time for it
using KeepDue = ProxyTimer<3>;
using TooLate = ProxyTimer<4>; ///< of the handshake
using Release = ProxyTimer<5>; ///< of what is held back after the handshake

} // namespace layer_cake::net

namespace layer_cake::type {

// Never described and so never encoded: they stay in the process.
template <int which>
struct Traits<net::ProxyTimer<which>> {
    static constexpr Shape shape() { return shape_of_object<net::ProxyTimer<which>>(Kind::message); }
};

} // namespace layer_cake::type

namespace layer_cake::net {

class Proxy final : Stream::User, object::AfterTurn {
public:
    using accepts = object::accepts<object::Outbound, ReadOn, Relayed, type::Start, type::Stop, Close, StallCheck,
                                    LastCall, KeepDue, TooLate, Release, type::Returned, type::Unknown>;

    Proxy(Address owner, Fd connected, SessionOptions options);
    ~Proxy() = default;

    void on(Object& self, type::Start);
    void on(Object& self, object::Outbound& outbound);
    void on(Object& self, type::Unknown, Any& message); ///< to the far side's default target
    void on(Object& self, Relayed& relayed);
    void on(Object& self, Close& close);
    void on(Object& self, type::Stop);
    void on(Object&, ReadOn);
    void on(Object&, StallCheck);
    void on(Object&, LastCall);
    void on(Object&, KeepDue);
    void on(Object&, TooLate);
    void on(Object&, Release);
    void on(Object&, const type::Returned&) {}

private:
    enum class State {
        open,
        closing,   ///< on request: what was sent before goes out
        lingering, ///< it is closed; the far side has time to see all of it
        closed
    };

    // Stream::User, AfterTurn
    std::size_t received(std::string_view bytes) override;
    bool takes_more() const override { return !paused_ && state_ != State::closed; }
    void ended(int error) override;
    void sent_some() override;
    void after_turn() override;

    void opened();

    // proxy_inbound.cpp
    bool receive(std::string_view bytes, const FrameSizes& sizes);
    bool receive_frame(const Frame& frame);
    bool take_message(const Frame& frame, const type::Info* type);
    bool deliver(Any message, const Address& to, Address from);
    bool forged();
    bool relay(const Frame& frame, const Address& to, Address from);
    bool read_body(const Frame& frame, const type::Info* type, Any& message);
    bool read_addresses(std::string_view book);
    void answer(std::int64_t asker, Any value);
    bool broken(std::string problem);

    // proxy_outbound.cpp
    void send(const Address& to, Any message, const Address& from, std::int64_t deadline);
    void write(const Address& to, Any message, const Address& from, std::int64_t deadline);
    bool write_message(const Address& to, const Any& message, const Address& from, std::int64_t deadline,
                       std::string& problem);
    bool fill_header(const Address& to, const Address& from, std::int64_t deadline);
    bool write_book(const codec::AddressBook& book);
    bool end_frame(std::string& problem);
    void refuse(Any message, const Address& to, Address from, Any reason, object::Notice::What what);

    // proxy_types.cpp
    bool receive_control(std::string_view header);
    const Agreement::Sent* agreement_on(const Any& message, const Address& to);
    void know_as_ours();
    template <class Write>
    void write_control(Write write);

    // proxy_secure.cpp
    void begin_handshake();
    bool shake_hands(const Any& message);
    bool accept_diffie(const type::Block& key);
    bool accept_hellman(const type::Block& key);
    bool is_expected(const type::Block& key) const;
    bool open_content(char* content, const FrameSizes& sizes, bool& done);
    void hold(const Address& to, Any message, const Address& from, std::int64_t deadline);
    void release();

    // proxy_keep.cpp
    void ask_to_keep();
    bool keep(const Any& message, const Address& from, bool& taken);

    // proxy_close.cpp
    void close(EndOfTransport reason, std::string note, std::optional<std::int64_t> error = {});
    void finish();
    void end();

    std::int64_t now() const { return self_->shard().now(); }

    Object* self_ = nullptr;
    Address owner_;
    Fd connected_; ///< until it starts
    SessionOptions options_;
    Crossing crossing_;
    std::optional<Stream> stream_;
    std::optional<FrameBuilder> builder_;
    Issued issued_;
    FrameHeader header_, out_header_; ///< of the frame in hand, in and out
    codec::AddressBook book_;         ///< likewise, of either
    bool is_binary_ = false;          ///< the frame in hand, coming in
    State state_ = State::open;
    bool is_open_ = false; ///< the owner has been told
    std::uint64_t frames_ = 0;

    enum class Secure {
        off,
        wait_diffie,
        wait_hellman,
        holding, ///< encrypted; but the far side may not have noticed yet
        on
    };
    struct Held {
        Address to;
        Any message;
        Address from;
        std::int64_t deadline;
    };
    Secure secure_ = Secure::off;
    std::unique_ptr<Cipher> cipher_;
    bool encrypting_ = false;
    bool heard_secure_ = false; ///< the far side encrypts, too
    std::deque<Held> held_;     ///< until it is secure

    Agreement types_;
    std::unique_ptr<Keeper> keeper_;
    Address keep_to_;      ///< who hears that we are still there, at the far end
    std::size_t asks_ = 0; ///< of the far side that wait for their answers here

    bool paused_ = false;    ///< a ReadOn is under way
    bool is_ours_ = false;   ///< the far side reads our additions
    bool announced_ = false; ///< it knows that we do
    Closed closed_;          ///< what the owner will be told
    std::uint64_t stall_at_ = 0;
    bool stall_watch_ = false;
    std::uint64_t refused_ = 0; ///< messages to what the far side has no address of
};

} // namespace layer_cake::net
