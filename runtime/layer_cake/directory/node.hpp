#pragma once

#include <deque>
#include <layer_cake/directory/effects.hpp>
#include <layer_cake/directory/messages.hpp>
#include <layer_cake/directory/name_index.hpp>
#include <layer_cake/directory/node_listing.hpp>
#include <layer_cake/directory/unique_ids.hpp>
#include <unordered_map>

namespace layer_cake::directory {

struct DirectoryListing;
struct ListingPlace;
struct ListingRoom;

/// What one child of a node may have there. One that wants more is closed; what it had is cleared with it.
struct NodeLimits {
    std::size_t names = 100'000;
    std::size_t searches = 20'000;
    std::size_t patterns = 1'000;         ///< of the searches: those that are no plain names
    std::size_t bytes = 32u << 20;        ///< of all their texts
    std::size_t changes = 200'000;        ///< of its listings at once
    std::size_t changes_a_second = 2'000; ///< in the long run
    std::size_t routes = 1'000'000;       ///< of the whole node; matches beyond are not told of
};

/// One node of the directory, of any scope: what is published and searched for below it, and who is to be told.
///
/// A function from what happened to what is to be done (Effects); it knows no sockets and no time.
///
///     a child, or the process itself, publishes     it is listed, if its scope is this node's or wider; subscribers
///     or subscribes                                 whose searches match are told; it is passed up, if its scope is
///                                                   wider than this node's
///     it clears what is its own, or is lost         its routes end: subscribers are told; the clearing is passed up
///     the parent is connected                       all that has to go up goes up, with the same ids as before
///     the parent is lost                            nothing: it will be connected again
///
/// **One name, one publisher.** Who is first at a node has the name there; others that come with it wait in the order
/// they came, one for each child, and their homes are advised. When the name is free again the first that waits gets
/// it. So two publishers of one name are each known as far up as they were first.
///
/// **A pair is introduced once.** Two listings that came over the same child have been introduced by it, or below; but
/// a library process introduces nobody, and a process none of its libraries to each other: who is above does. The
/// subscriber's home picks the nearest route.
///
/// **A library process** is a child of a process: it has no routes of its own, and its objects get the addresses of
/// this process's, and these theirs (Effects::Meeting).
///
/// **A child speaks for itself only**: it clears no listings but its own, an id of its own making hides nobody else's,
/// a scope that does not belong here is ignored, and where a publisher listens is said by this node: a LAN node knows
/// the child's address from its connection, on a HOST and in a GROUP it is 127.0.0.1. What is WAN believes its
/// children, the sites. See NodeLimits.
class Node {
public:
    /// The number of the proxy that stands for a child; 0 for the process itself.
    using Child = std::int64_t;

    Node(Scope scope, NodeLimits limits, UniqueIds ids);
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node();

    /// @param host  it is connected from
    void child_connected(Child child, std::string host);
    void child_lost(Child child, Effects& effects);

    // From a child, and from the process itself. From somebody who is neither nothing is taken.
    void received(Child child, const Published& published, Effects& effects);
    void received(Child child, const Subscribed& subscribed, Effects& effects);
    void received(Child child, const PublishedDirectory& all, Effects& effects);
    void received(Child child, const ClearListings& cleared, Effects& effects);

    /// Compares the next names with new patterns: with many names that takes long, and others are not to wait for it.
    void go_on(Effects& effects);

    /// @param parent  the proxy that stands for it
    void parent_connected(const type::Address& parent, Effects& effects);
    void parent_lost() { parent_ = {}; }

    // What there is, for people.
    Scope scope() const { return scope_; }
    std::size_t names() const { return index_.names(); }
    std::size_t searches() const { return wishes_.size(); }
    std::size_t routes() const { return routes_; }
    bool is_child(Child child) const { return children_.contains(child); }
    const type::Address& parent() const { return parent_; }
    /// Who has that name, or nothing.
    std::optional<Published> find(std::string_view name) const;
    /// From that place on, as much as there is room for; says where it has stopped, which is behind `routed` at the
    /// end.
    void tell(DirectoryListing& told, ListingPlace& at, ListingRoom& room) const;

private:
    struct Upwards;

    void take(NodeChild& child, const Published& published, Effects& effects, Upwards& up, bool advise);
    void take(NodeChild& child, const Subscribed& subscribed, Effects& effects, Upwards& up);
    bool has_claim(const NodeChild& child, const std::string& name) const;
    bool has_room(NodeChild& child, std::size_t bytes, Effects& effects);
    void complain(NodeChild& child, Effects& effects, std::string text);
    void over_limit(NodeChild& child, Effects& effects, std::string_view what);
    void list(Listing& listing, Effects& effects, Upwards& up);
    void unlist(Listing& listing, Effects& effects, Upwards& up);
    void unlist(Wish& wish, Effects& effects, Upwards& up);
    void promote(const std::string& name, Effects& effects, Upwards& up);
    struct Comparison;
    void compare(Comparison& last, Effects& effects);
    bool have_met(const Listing& listing, const Wish& wish) const; ///< below
    void introduce(Listing& listing, Wish& wish, Effects& effects);
    void end(Route& route, Effects& effects, bool tell_subscriber);
    std::string host_seen(const NodeChild& child, const Published& published) const;

    Scope scope_;
    NodeLimits limits_;
    UniqueIds ids_;
    NameIndex index_;
    std::unordered_map<Child, NodeChild> children_;
    boost::unordered_flat_set<Listing*, ByKey, SameKey> listings_;
    boost::unordered_flat_set<Wish*, ByKey, SameKey> wishes_;
    std::unordered_map<std::string, std::deque<Listing*>> waiting_; ///< by the name they wait for
    struct Comparison {
        Wish* wish;
        std::string last; ///< the name that was compared last
    };
    std::deque<Comparison> comparisons_; ///< of new patterns, in turn
    Child compared_ = 0;                 ///< whose turn was last
    std::size_t routes_ = 0;
    type::Address parent_;
    const NodeChild* leaving_ = nullptr; ///< the child that is being lost: nobody there is told anything
};

} // namespace layer_cake::directory
