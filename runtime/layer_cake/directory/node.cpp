#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/directory/node_upwards.hpp>

namespace layer_cake::directory {
namespace {

constexpr std::size_t most_complaints = 100; ///< of one child; the rest is not said
constexpr std::size_t names_at_once = 1'000; ///< that a new pattern is compared with; some 0.5 ms

} // namespace

Node::Node(Scope scope, NodeLimits limits, UniqueIds ids) : scope_(scope), limits_(limits), ids_(ids) {
    children_[0].number = 0;
}

Node::~Node() {
    Effects nobody;
    parent_ = {};
    while (!children_.empty())
        child_lost(children_.begin()->first, nobody);
}

void Node::child_connected(Child child, std::string host) {
    auto& made = children_[child];
    made.number = child;
    made.host = std::move(host);
}

void Node::child_lost(Child number, Effects& effects) {
    const auto found = children_.find(number);
    if (found == children_.end()) return;
    auto& child = found->second;
    leaving_ = &child;
    {
        Upwards up(*this, effects);
        while (!child.wishes.empty())
            unlist(child.wishes.front(), effects, up);
        while (!child.listings.empty())
            unlist(child.listings.front(), effects, up);
    }
    leaving_ = nullptr;
    children_.erase(found);
}

void Node::parent_connected(const type::Address& parent, Effects& effects) {
    parent_ = parent;
    Upwards up(*this, effects);
    for (const auto* listing : listings_)
        if (!listing->waits) up.add(*listing);
    for (const auto* wish : wishes_)
        up.add(*wish);
}

void Node::received(Child number, const Published& published, Effects& effects) {
    const auto child = children_.find(number);
    if (child == children_.end()) return;
    Upwards up(*this, effects);
    take(child->second, published, effects, up, true);
}

void Node::received(Child number, const Subscribed& subscribed, Effects& effects) {
    const auto child = children_.find(number);
    if (child == children_.end()) return;
    Upwards up(*this, effects);
    take(child->second, subscribed, effects, up);
}

void Node::received(Child number, const PublishedDirectory& all, Effects& effects) {
    const auto child = children_.find(number);
    if (child == children_.end()) return;
    Upwards up(*this, effects);
    for (const auto& published : all.published)
        take(child->second, published, effects, up, false);
    for (const auto& subscribed : all.subscribed)
        take(child->second, subscribed, effects, up);
}

void Node::received(Child number, const ClearListings& cleared, Effects& effects) {
    const auto child = children_.find(number);
    if (child == children_.end()) return;
    Upwards up(*this, effects);
    for (const auto& id : cleared.subscribers)
        if (const auto wish = wishes_.find(ListingKey{&child->second, id}); wish != wishes_.end())
            unlist(**wish, effects, up);
    for (const auto& id : cleared.publishers)
        if (const auto listing = listings_.find(ListingKey{&child->second, id}); listing != listings_.end())
            unlist(**listing, effects, up);
}

void Node::complain(NodeChild& child, Effects& effects, std::string text) {
    if (child.complaints++ < most_complaints) effects.complaints.push_back({child.number, std::move(text), false});
}

void Node::over_limit(NodeChild& child, Effects& effects, std::string_view what) {
    child.closing = true;
    effects.complaints.push_back({child.number, fmt::format("closed: it lists more than {}", what), true});
}

bool Node::has_room(NodeChild& child, std::size_t bytes, Effects& effects) {
    if (child.closing) return false;
    if (child.number == 0) return true; // ours
    if (child.bytes + bytes <= limits_.bytes) return true;
    over_limit(child, effects, fmt::format("{} bytes of text", limits_.bytes));
    return false;
}

/// Whether it has the name, or waits for it.
bool Node::has_claim(const NodeChild& child, const std::string& name) const {
    const auto* named = index_.find(name);
    if (!named) return false;
    if (static_cast<const Listing*>(named)->child == &child) return true;
    const auto queue = waiting_.find(name);
    return queue != waiting_.end() && std::any_of(queue->second.begin(), queue->second.end(),
                                                  [&](const auto* one) { return one->child == &child; });
}

std::string Node::host_seen(const NodeChild& child, const Published& published) const {
    if (child.number != 0 && scope_ == Scope::LAN) return child.host;
    if (scope_ == Scope::HOST || scope_ == Scope::GROUP) return "127.0.0.1";
    return published.listening_ipp.host.value_or("127.0.0.1");
}

void Node::take(NodeChild& child, const Published& published, Effects& effects, Upwards& up, bool advise) {
    if (!belongs_in(published.scope, scope_)) return;
    if (auto checked = check_name(published.name); !checked)
        return complain(child, effects, "refused a name: " + checked.error().detail);
    const auto port = published.listening_ipp.port.value_or(0);
    if (port < 0 || port > 65'535)
        return complain(child, effects, fmt::format("refused the port of \"{}\"", terminal_safe(published.name)));
    if (const auto known = listings_.find(ListingKey{&child, published.published_id}); known != listings_.end()) {
        const auto& old = **known;
        if (old.name == published.name && old.port == port && old.home == published.home_address &&
            old.encrypted == published.encrypted && old.scope == published.scope)
            return;
        unlist(**known, effects, up); // it is another now
    }
    if (has_claim(child, published.name)) {
        if (advise) effects.send(published.home_address, Advisory{published.name, scope_, published.published_id});
        return complain(child, effects, fmt::format("it has the name \"{}\" already", terminal_safe(published.name)));
    }
    if (!has_room(child, published.name.size(), effects)) return;
    if (child.number != 0 && child.names == limits_.names)
        return over_limit(child, effects, fmt::format("{} names", limits_.names));

    auto* listing = new Listing; // unlist() deletes it
    listing->name = published.name;
    listing->id = published.published_id;
    listing->child = &child;
    if (child.last_home != published.home_address) child.last_home = published.home_address;
    listing->home = child.last_home;
    listing->host = host_seen(child, published);
    listing->port = static_cast<std::uint16_t>(port);
    listing->scope = published.scope;
    listing->encrypted = published.encrypted;
    child.listings.push_back(*listing);
    child.bytes += listing->name.size();
    ++child.names;
    listings_.insert(listing);
    if (!index_.find(listing->name)) return list(*listing, effects, up);
    listing->waits = true;
    waiting_[listing->name].push_back(listing);
    complain(child, effects, fmt::format("the name \"{}\" is taken", terminal_safe(listing->name)));
    if (advise) effects.send(listing->home, Advisory{listing->name, scope_, listing->id});
}

void Node::take(NodeChild& child, const Subscribed& subscribed, Effects& effects, Upwards& up) {
    if (!belongs_in(subscribed.scope, scope_)) return;
    if (wishes_.contains(ListingKey{&child, subscribed.subscribed_id})) return;
    if (!has_room(child, subscribed.search.size(), effects)) return;
    if (child.number != 0 && child.searches == limits_.searches)
        return over_limit(child, effects, fmt::format("{} searches", limits_.searches));
    const bool is_pattern = !is_plain(subscribed.search);
    if (child.number != 0 && is_pattern && child.patterns == limits_.patterns)
        return over_limit(child, effects, fmt::format("{} patterns", limits_.patterns));

    auto made = std::make_unique<Wish>();
    if (auto added = index_.add(*made, subscribed.search); !added)
        return complain(child, effects, "refused a search: " + added.error().detail);
    auto* wish = made.release(); // unlist() deletes it
    wish->id = subscribed.subscribed_id;
    wish->child = &child;
    if (child.last_home != subscribed.home_address) child.last_home = subscribed.home_address;
    wish->home = child.last_home;
    wish->scope = subscribed.scope;
    child.wishes.push_back(*wish);
    child.bytes += subscribed.search.size();
    ++child.searches;
    child.patterns += is_pattern ? 1 : 0;
    wishes_.insert(wish);
    const bool waits = is_pattern && std::any_of(comparisons_.begin(), comparisons_.end(),
                                                 [&](const auto& one) { return one.wish->child == &child; });
    comparisons_.push_back({wish, {}});
    if (!waits) compare(comparisons_.back(), effects);
    effects.more = !comparisons_.empty();
    up.add(*wish);
}

void Node::go_on(Effects& effects) {
    if (comparisons_.empty()) return;
    // Those of one child wait for each other, and not those of others for all of them.
    auto next = std::find_if(comparisons_.begin(), comparisons_.end(),
                             [&](const auto& one) { return one.wish->child->number != compared_; });
    if (next == comparisons_.end()) next = comparisons_.begin();
    auto comparison = std::move(*next);
    comparisons_.erase(next);
    compared_ = comparison.wish->child->number;
    comparisons_.push_back(std::move(comparison));
    compare(comparisons_.back(), effects);
    effects.more = !comparisons_.empty();
}

/// The last of the comparisons goes on, and is gone when there is nothing left to compare.
void Node::compare(Comparison& last, Effects& effects) {
    auto& wish = *last.wish;
    const bool is_done = index_.each_named(
        wish, last.last, names_at_once, [&](Named& named) { introduce(static_cast<Listing&>(named), wish, effects); });
    if (is_done) comparisons_.pop_back();
}

void Node::list(Listing& listing, Effects& effects, Upwards& up) {
    listing.waits = false;
    index_.add(listing);
    index_.each_seeking(listing.name,
                        [&](Seeking& seeking) { introduce(listing, static_cast<Wish&>(seeking), effects); });
    up.add(listing);
}

void Node::unlist(Listing& listing, Effects& effects, Upwards& up) {
    auto& child = *listing.child;
    const std::string name = listing.name;
    const bool had_it = !listing.waits;
    if (had_it) {
        while (!listing.routes.empty())
            end(listing.routes.front(), effects, true);
        index_.remove(listing);
        up.clear(listing);
    } else {
        const auto queue = waiting_.find(name);
        std::erase(queue->second, &listing);
        if (queue->second.empty()) waiting_.erase(queue);
    }
    listings_.erase(&listing);
    child.listings.erase(child.listings.iterator_to(listing));
    child.bytes -= name.size();
    --child.names;
    delete &listing;
    if (had_it) promote(name, effects, up);
}

void Node::promote(const std::string& name, Effects& effects, Upwards& up) {
    const auto queue = waiting_.find(name);
    if (queue == waiting_.end()) return;
    auto& all = queue->second;
    const auto next = std::find_if(all.begin(), all.end(), [&](auto* one) { return one->child != leaving_; });
    if (next == all.end()) return;
    auto& listing = **next;
    all.erase(next);
    if (all.empty()) waiting_.erase(queue);
    list(listing, effects, up);
}

void Node::unlist(Wish& wish, Effects& effects, Upwards& up) {
    auto& child = *wish.child;
    std::erase_if(comparisons_, [&](const Comparison& one) { return one.wish == &wish; });
    while (!wish.routes.empty())
        end(wish.routes.front(), effects, false);
    up.clear(wish);
    // Whoever has connected again before this connection was lost has the same search there, too: that one stays.
    if (goes_above(wish.scope, scope_))
        for (const auto& [number, other] : children_)
            if (const auto same = wishes_.find(ListingKey{&other, wish.id}); same != wishes_.end() && *same != &wish)
                up.add(**same);
    child.bytes -= wish.search().size();
    child.patterns -= is_plain(wish.search()) ? 0 : 1;
    --child.searches;
    wishes_.erase(&wish);
    child.wishes.erase(child.wishes.iterator_to(wish));
    index_.remove(wish);
    delete &wish;
}

bool Node::have_met(const Listing& listing, const Wish& wish) const {
    if (listing.child != wish.child || listing.child->number == 0) return false;
    if (scope_ == Scope::PROCESS) return false; // a library
    constexpr std::size_t of_process = 2;       // numbers of its address; those of its libraries have more
    const bool both_in_libraries = listing.home.size() > of_process && wish.home.size() > of_process;
    return scope_ != Scope::GROUP || !both_in_libraries;
}

void Node::introduce(Listing& listing, Wish& wish, Effects& effects) {
    const bool both_ours = listing.child->number == 0 && wish.child->number == 0;
    if (have_met(listing, wish)) return;
    const bool in_library =
        scope_ == Scope::PROCESS && !both_ours && (listing.child->number == 0) != (wish.child->number == 0);
    if (scope_ == Scope::LIBRARY || (listing.port == 0 && !both_ours && !in_library)) return;
    for (const auto& route : listing.routes) // it has come while its turn to be compared was still to come
        if (route.wish == &wish && !comparisons_.empty()) return;
    if (routes_ == limits_.routes) return complain(*wish.child, effects, "more matches than a node keeps");
    auto* route = new Route; // end() deletes it
    ++routes_;
    route->id = ids_.next();
    route->listing = &listing;
    route->wish = &wish;
    listing.routes.push_back(*route);
    wish.routes.push_back(*route);
    if (in_library) {
        effects.meetings.push_back({route->id, wish.id, listing.id, listing.name, wish.home, listing.home});
        return;
    }
    RouteOverLoop told{route->id, scope_, listing.encrypted, wish.id, listing.id, listing.name, {}};
    told.ipp = {listing.host, listing.port};
    effects.send(wish.home, std::move(told));
}

/// Whoever withdraws, or is gone, is told nothing of it; nor is a publisher: it could do nothing.
void Node::end(Route& route, Effects& effects, bool tell_subscriber) {
    auto& listing = *route.listing;
    auto& wish = *route.wish;
    if (tell_subscriber && wish.child != leaving_)
        effects.send(wish.home, ClearSubscriberRoute{wish.id, listing.name, route.id});
    listing.routes.erase(listing.routes.iterator_to(route));
    wish.routes.erase(wish.routes.iterator_to(route));
    --routes_;
    delete &route;
}

std::optional<Published> Node::find(std::string_view name) const {
    const auto* named = index_.find(name);
    if (!named) return std::nullopt;
    return message_of(static_cast<const Listing&>(*named));
}

} // namespace layer_cake::directory
