#pragma once

#include <layer_cake/directory/local_messages.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/object/machine.hpp>

namespace layer_cake::directory {

/// One connection to where publishers listen, for all sessions with them: a child of the ProcessDirectory, made with
/// the first OpenSession in hand. It says what becomes of each: SessionOpened, SessionLost.
///
/// It ends when the connection cannot be made, when it is lost, when an OpenLoop is not answered within 3 s - all its
/// sessions are lost with it - and when it had no session for 8 s.
class PeerTransport {
public:
    using accepts = object::accepts<type::Start, type::Stop, type::T1, type::Returned, net::Connected,
                                    net::NotConnected, net::Closed, OpenSession, CloseSession>;

    PeerTransport(type::HostPort to, bool encrypted);

    void on(object::Object& self, type::Start);
    void on(object::Object& self, type::Stop);
    void on(object::Object& self, type::T1); ///< idle for long enough
    void on(object::Object&, const type::Returned&) {}
    void on(object::Object& self, const net::Connected& connected);
    void on(object::Object& self, const net::NotConnected& refused);
    void on(object::Object& self, const net::Closed& closed);
    void on(object::Object& self, OpenSession& open);
    void on(object::Object& self, const CloseSession& close);

private:
    enum class State { asked, opening, open };
    struct Session {
        OpenLoop loop;
        State state = State::asked;
        bool unwanted = false; ///< closed before it was open
    };

    void open(object::Object& self, std::uint64_t link, Session& session);
    void answered(object::Object& self, std::uint64_t link, const type::Any& answer);
    void close(object::Object& self, const OpenLoop& loop);
    void hang_up(object::Object& self);
    void look_idle(object::Object& self);
    void end(object::Object& self);

    type::HostPort to_;
    bool encrypted_;
    type::Address proxy_; ///< nobody until connected
    std::map<std::uint64_t, Session> sessions_;
    std::size_t closing_ = 0; ///< sessions whose LoopClosed is awaited
};

} // namespace layer_cake::directory
