#pragma once

#include <deque>
#include <layer_cake/codec/text_buffer.hpp>
#include <layer_cake/net/crossing.hpp>
#include <layer_cake/net/frame.hpp>
#include <layer_cake/net/frame_header.hpp>
#include <layer_cake/net/issued.hpp>
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

/// A proxy's own: the rest of what was received may be read, all before it has been handled.
struct ReadOn {};
/// A proxy's own timers.
struct StallCheck {};
struct LastCall {};

} // namespace layer_cake::net

namespace layer_cake::type {

template <>
struct Traits<net::ReadOn> {
    static constexpr Shape shape() { return shape_of_object<net::ReadOn>(Kind::message); }
};
template <>
struct Traits<net::StallCheck> {
    static constexpr Shape shape() { return shape_of_object<net::StallCheck>(Kind::message); }
};
template <>
struct Traits<net::LastCall> {
    static constexpr Shape shape() { return shape_of_object<net::LastCall>(Kind::message); }
};

} // namespace layer_cake::type

namespace layer_cake::net {

class Proxy final : Stream::User, object::AfterTurn {
public:
    using accepts = object::accepts<object::Outbound, ReadOn, Relayed, type::Start, type::Stop, Close, StallCheck,
                                    LastCall, type::Returned, type::Unknown>;

    Proxy(Address owner, Fd connected, SessionOptions options);
    ~Proxy() = default;

    void on(Object& self, type::Start);
    void on(Object& self, object::Outbound& outbound);
    void on(Object& self, type::Unknown, Any& message); ///< to the far side's default target
    void on(Object& self, Relayed& relayed);
    void on(Object& self, Close& close);
    void on(Object& self, type::Stop);
    void on(Object&, ReadOn);
    void on(Object& self, StallCheck);
    void on(Object& self, LastCall);
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

    // proxy_inbound.cpp
    bool receive(std::string_view bytes, const FrameSizes& sizes);
    bool receive_frame(const Frame& frame);
    bool deliver(Any message, const Address& to, Address from);
    bool relay(const Frame& frame, const Address& to, Address from);
    bool read_body(const Frame& frame, Any& message);
    bool read_addresses(std::string_view book);
    void answer(std::int64_t asker, Any value);
    bool broken(std::string problem);

    // proxy_outbound.cpp
    void send(const Address& to, Any message, const Address& from, std::int64_t deadline);
    bool begin_frame(const Address& to, const Address& from, bool tunnel, std::int64_t deadline);
    bool write_body(Any& message, std::string& problem);
    bool write_book(const codec::AddressBook& book);
    void refuse(Any message, const Address& to, Address from, Any reason, object::Notice::What what);
    void sent();

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
    FrameHeader header_;      ///< of the frame in hand, in or out
    codec::AddressBook book_; ///< likewise
    State state_ = State::open;
    bool paused_ = false;    ///< a ReadOn is under way
    bool is_ours_ = false;   ///< the far side reads our additions
    bool announced_ = false; ///< it knows that we do
    Closed closed_;          ///< what the owner will be told
    std::uint64_t stall_at_ = 0;
    bool stall_watch_ = false;
    std::uint64_t refused_ = 0; ///< messages to what the far side has no address of
};

} // namespace layer_cake::net
