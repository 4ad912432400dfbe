#pragma once

#include <cstdint>
#include <layer_cake/type/address.hpp>
#include <layer_cake/type/any.hpp>
#include <layer_cake/type/uuid.hpp>
#include <string>
#include <vector>

namespace layer_cake::directory {

/// What a node wants done, in this order; gathered by whoever tells it what happened, and then done.
struct Effects {
    struct Message {
        type::Address to; ///< the parent, or the home of a listing
        type::Any content;
    };
    /// Something that an operator should see, and what is to become of the child that did it.
    struct Complaint {
        std::int64_t child = 0;
        std::string text; ///< `the name "x" is taken`
        bool close = false;
    };

    /// Two that do not connect to each other: one of them is in a library process of this one, which knows its object.
    struct Meeting {
        type::Uuid route_id, subscribed_id, published_id;
        std::string name;
        type::Address subscriber_home, publisher_home;
    };

    std::vector<Message> messages;
    std::vector<Meeting> meetings;
    std::vector<Complaint> complaints;
    bool wants_parent = false; ///< a listing is to go further up than this node
    bool more = false;         ///< the node has not done all yet: call go_on(), after what others want of it

    void send(const type::Address& to, type::Any content) { messages.push_back({to, std::move(content)}); }
};

} // namespace layer_cake::directory
