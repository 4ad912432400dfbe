#pragma once

#include <layer_cake/directory/local_messages.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/object/machine.hpp>

namespace layer_cake::directory {

/// Where the subscribers of one name connect to: a child of the ProcessDirectory, which is told PortIsOpen.
///
/// Each OpenLoop is a session: the publisher gets Delivered, and Dropped when it is closed, when its connection is
/// lost, and when the name is withdrawn, which is Stop to this object. A connection may carry many sessions. Who asks
/// for another publication than this one is cut: its port was another's before.
class PublisherPort {
public:
    using accepts = object::accepts<type::Start, type::Stop, type::Returned, net::Accepted, net::Closed, OpenLoop,
                                    CloseLoop, OwnerEnded>;

    static constexpr std::size_t most_sessions = 65'536; ///< more are refused by cutting the connection

    PublisherPort(Published published, type::Address publisher);

    void on(object::Object& self, type::Start);
    void on(object::Object& self, type::Stop);
    void on(object::Object& self, const OwnerEnded&); ///< as Stop, but the publisher is told nothing
    void on(object::Object&, const type::Returned&) {}
    void on(object::Object&, const net::Accepted&) {}
    void on(object::Object& self, const net::Closed& closed);
    void on(object::Object& self, const OpenLoop& open);
    void on(object::Object& self, const CloseLoop& close);

private:
    /// A session, by its connection and the subscriber at the far end; one subscriber may be there by several
    /// subscriptions.
    using Key = std::tuple<std::int64_t, type::Address, type::Uuid>;

    void drop(object::Object& self, const Delivered& session);

    Published published_;
    type::Address publisher_;
    std::map<Key, Delivered> sessions_;
};

} // namespace layer_cake::directory
