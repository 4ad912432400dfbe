#pragma once

#include <layer_cake/directory/listing.hpp>
#include <layer_cake/net/messages.hpp>
#include <layer_cake/object/machine.hpp>

namespace layer_cake::realm {

/// The topmost directory of another site, for enquiries: whoever asks it for its listing is answered from there, and
/// can ask on along the addresses that it gets.
///
/// Connects when it is asked, and closes the connection when it has not been asked for a minute.
class FarDirectory {
public:
    using accepts = object::accepts<type::T1, type::Stop, type::Returned, net::Connected, net::NotConnected,
                                    net::Closed, directory::GetDirectory, directory::GetRest, type::Ping>;

    /// @param realm  the id of the realm's own node: who looks from there back along the connection has been here
    FarDirectory(type::HostPort place, bool encrypted, type::Uuid realm)
        : place_(std::move(place)), encrypted_(encrypted), realm_(realm) {}

    void on(object::Object& self, type::T1);
    void on(object::Object& self, type::Stop) { self.complete(type::Aborted{}); }
    void on(object::Object&, const type::Returned&) {}
    void on(object::Object& self, const net::Connected& connected);
    void on(object::Object& self, const net::NotConnected&);
    void on(object::Object&, const net::Closed&) { proxy_ = {}; }
    void on(object::Object& self, directory::GetDirectory);
    void on(object::Object& self, const directory::GetRest& more) {
        if (proxy_) self.forward(more, proxy_); // else who asks waits no longer than for one that is gone
    }
    type::Ping on(object::Object&, type::Ping) { return {}; }

private:
    static constexpr std::size_t most_waiting = 100;

    type::HostPort place_;
    bool encrypted_;
    type::Uuid realm_;
    type::Address proxy_;                ///< nobody while it is not connected
    std::vector<type::Address> waiting_; ///< who ask while it connects
};

} // namespace layer_cake::realm
