#include <fmt/format.h>
#include <layer_cake/directory/node_object.hpp>
#include <layer_cake/directory/places.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/host_port.hpp>
#include <layer_cake/net/listen.hpp>

namespace layer_cake::directory {
namespace {

using object::Object;
using type::Address;
using type::Any;

constexpr Duration first_delay = std::chrono::milliseconds(500);
constexpr std::size_t most_opening = 1'000;                 ///< who wait for DirectoryOpened at a time
constexpr Duration home_patience = std::chrono::seconds(1); ///< until it tells its sessions

std::string text_of(const type::HostPort& place) {
    const auto endpoint = net::endpoint_of(place);
    return endpoint ? net::endpoint_text(*endpoint) : place.host.value_or("");
}

} // namespace

NodeObject::NodeObject(NodeOptions options, Address home)
    : options_(std::move(options)),
      home_(std::move(home)),
      node_(options_.scope, options_.limits, UniqueIds()),
      parent_place_(options_.connect_to) {
    if (!options_.above) return;
    parent_place_.reset();
    options_.automatic = false;
}

void NodeObject::on(Object& self, type::Start) {
    if (options_.accept_at && !accept_children(self, *options_.accept_at)) return self.complete(std::move(listening_));
    if (parent_place_) connect_up(self);
    if (!options_.above) return;
    const auto above = options_.above(self);
    self.on_return(above, [](Object& self, Any why) { self.complete(std::move(why)); });
    Effects effects;
    node_.parent_connected(above, effects);
    act(self, std::move(effects));
}

void NodeObject::on(Object& self, type::Stop) {
    self.complete(type::Aborted{});
}

bool NodeObject::accept_children(Object& self, const type::HostPort& at) {
    constexpr int frames_a_turn = 8; // nobody is to wait long for one who says much
    net::ListenOptions how;
    how.encrypted = options_.encrypted;
    how.frames_a_turn = frames_a_turn;
    how.lease = node_lease;
    how.keys = options_.keys;
    auto listening = net::listen(self, at, std::move(how));
    const bool is_there = static_cast<bool>(listening);
    listening_ = listening.release();
    return is_there;
}

// From below.

void NodeObject::on(Object& self, const net::Accepted& accepted) {
    const auto child = accepted.proxy_address.id();
    const auto& limits = options_.limits;
    auto place = accepted.opened_ipp;
    // At a unix socket all come from the same place: a number tells them apart.
    if (place.host && place.host->find('/') != std::string::npos) place.port = child;
    children_.try_emplace(child, Below{std::move(place), {limits.changes, limits.changes_a_second, self.now()}});
    node_.child_connected(child, host_of(accepted));
}

/// Where others find what listens on the host of a child.
std::string NodeObject::host_of(const net::Accepted& accepted) const {
    auto host = accepted.opened_ipp.host.value_or("127.0.0.1");
    const auto* listening = listening_.get<net::Listening>();
    const bool is_lan = !is_nearer(options_.scope, Scope::LAN);
    if (!is_lan || !is_loopback({host, 0}) || !listening || is_loopback(listening->listening_ipp)) return host;
    auto own = primary_address(); // it is of this host, and others are not
    return own.empty() ? host : own;
}

void NodeObject::on(Object& self, const net::Closed& closed) {
    const auto& from = self.return_address();
    if (node_.parent() && from == node_.parent()) {
        node_.parent_lost();
        self.console(fmt::format("lost the directory at {}", text_of(closed.opened_ipp)), {{"note", closed.note}});
        return try_later(self);
    }
    Effects effects;
    node_.child_lost(from.id(), effects);
    children_.erase(from.id());
    act(self, std::move(effects));
}

/// Who the listing in hand is from: what comes over a connection has the proxy's number last.
Node::Child NodeObject::sender(const Object& self) const {
    constexpr Node::Child nobody = -1;
    const auto& from = self.return_address();
    if (home_ && from == home_) return 0;
    return from.is_local() ? nobody : from.id();
}

/// Those that change their listings too often are cut: others would wait for them.
bool NodeObject::may_change(Object& self, Node::Child child, std::size_t count) {
    const auto below = children_.find(child);
    if (below == children_.end()) return child == 0;
    if (below->second.is_cut) return false;
    if (below->second.changes.take(count, self.now())) return true;
    below->second.is_cut = true;
    Effects effects;
    effects.complaints.push_back({child, "closed: it changes its listings too often", true});
    act(self, std::move(effects));
    return false;
}

bool NodeObject::comes_from_above(const Object& self) const {
    const auto& from = self.return_address();
    if (from.is_local() && from == self.address()) return true; // its own, about a listing of this process
    return node_.parent() && from.id() == node_.parent().id();
}

void NodeObject::act(Object& self, Effects effects) {
    for (auto& message : effects.messages)
        self.send(std::move(message.content), message.to);
    for (auto& meeting : effects.meetings)
        bring_together(self, std::move(meeting));
    for (const auto& complaint : effects.complaints) {
        const auto child = children_.find(complaint.child);
        const auto who = child == children_.end() ? "this process" : text_of(child->second.place);
        self.warning(fmt::format("directory: {}: {}", who, complaint.text));
        if (complaint.close)
            self.send(net::Close{{}, net::EndOfTransport::ON_REQUEST, complaint.text, {}}, Address(complaint.child));
    }
    if (effects.more && !std::exchange(goes_on_, true)) self.send(GoOn{}, self.address());
    if (effects.wants_parent && !parent_place_ && options_.automatic) connect_up(self);
}

void NodeObject::on(Object& self, GoOn) {
    goes_on_ = false;
    Effects effects;
    node_.go_on(effects);
    act(self, std::move(effects));
}

/// Each side says which object it is; then the subscriber's side is told.
void NodeObject::bring_together(Object& self, Effects::Meeting meeting) {
    constexpr Duration patience = std::chrono::seconds(3);
    const auto home_of = [this, own = self.address()](const Address& home) { return home == own ? home_ : home; };
    const auto publisher_home = home_of(meeting.publisher_home), subscriber_home = home_of(meeting.subscriber_home);
    const auto about = std::make_shared<Effects::Meeting>(std::move(meeting));
    self.request(OpenLibrary{about->published_id, {}}, publisher_home, patience, [=](Object& self, Any answer) {
        const auto* publisher = answer.get<PublishAs>();
        if (!publisher) return;
        const auto at = publisher->publisher_address;
        self.request(OpenLibrary{{}, about->subscribed_id}, subscriber_home, patience, [=](Object& self, Any answer) {
            const auto* subscriber = answer.get<SubscribeTo>();
            if (!subscriber) return;
            self.send(RouteToAddress{about->route_id, Scope::PROCESS, about->subscribed_id, about->published_id,
                                     subscriber->subscriber_address, at, about->name, std::chrono::system_clock::now()},
                      subscriber_home);
        });
    });
}

// Upwards.

void NodeObject::connect_up(Object& self) {
    if (!parent_place_ && options_.find_above) return find_above(self);
    if (!parent_place_) parent_place_ = usual_parent(options_.scope);
    if (!parent_place_) {
        options_.automatic = false; // this host is in no network that has one
        return tell_opened(self);
    }
    delays_.emplace(first_delay, longest_delay(*parent_place_));
    try_to_connect(self);
}

void NodeObject::find_above(Object& self) {
    if (std::exchange(finds_, true)) return;
    options_.find_above(self, [this](Object& self, Any place) {
        finds_ = false;
        if (auto* found = place.get<type::HostPort>())
            self.send(ConnectAbove{std::move(*found)}, self.address());
        else
            tell_opened(self);
    });
}

void NodeObject::try_to_connect(Object& self) {
    const auto& place = *parent_place_;
    net::ConnectOptions how;
    how.encrypted = options_.encrypted || (options_.keys && options_.keys->far);
    how.keep_alive = !is_loopback(place);
    how.patience = patience_with(place);
    how.lease = node_lease;
    how.keys = options_.keys;
    net::connect(self, place, std::move(how));
}

void NodeObject::try_later(Object& self) {
    is_untried_ = false;
    self.start<type::T1>(delays_->next(random_));
}

void NodeObject::on(Object& self, type::T1) {
    try_to_connect(self);
}

void NodeObject::on(Object& self, const net::Connected& connected) {
    delays_->reset();
    Effects effects;
    node_.parent_connected(connected.proxy_address, effects);
    act(self, std::move(effects));
    tell_opened(self);
}

void NodeObject::on(Object& self, const net::NotConnected& refused) {
    self.trace(fmt::format("no directory at {}", text_of(*parent_place_)), {{"why", refused.explanation}});
    tell_opened(self);
    try_later(self);
}

void NodeObject::on(Object& self, const ConnectAbove& above) {
    if (!self.return_address().is_local() || parent_place_ == above.place || options_.above) return;
    if (node_.parent() || is_untried_) return; // one is enough: it is another's, or this one's other address
    self.console(fmt::format("the directory above is at {}", text_of(above.place)));
    is_untried_ = true;
    const bool is_new = !parent_place_;
    parent_place_ = above.place;
    if (is_new) return connect_up(self);
    delays_.emplace(first_delay, longest_delay(*parent_place_)); // it is tried there when its time has come
}

// From above.

void NodeObject::hand_home(Object& self) {
    if (home_ && comes_from_above(self)) self.forward(std::move(self.message()), home_);
}

void NodeObject::on(Object& self, const Advisory& advisory) {
    if (!comes_from_above(self)) return;
    self.warning(fmt::format("the name \"{}\" is taken in the directory of scope {}", advisory.name,
                             scope_name(advisory.scope)));
    hand_home(self);
}

// Enquiries.

void NodeObject::on(Object& self, const OpenDirectory&) {
    if (!self.return_address().is_local() || opening_.size() == most_opening) return;
    opening_.push_back(self.return_address());
    if (node_.parent() || (!parent_place_ && !options_.automatic)) return tell_opened(self);
    if (!parent_place_) connect_up(self);
}

void NodeObject::tell_opened(Object& self) {
    for (const auto& one : std::exchange(opening_, {}))
        self.send(DirectoryOpened{}, one);
}

void NodeObject::on(Object& self, type::Enquiry) {
    if (!self.return_address().is_local()) return;
    if (!listening_ && !accept_children(self, {"127.0.0.1", 0})) return self.reply(std::exchange(listening_, {}));
    self.reply(listening_.get<net::Listening>()->listening_ipp);
}

/// What has come over so many nodes goes in a circle.
void NodeObject::on(Object& self, ListDirectory list) {
    constexpr int deepest = 8;
    if (!node_.parent() || list.passed++ >= deepest) return answer_listing(self, self.return_address());
    self.forward(list, node_.parent());
}

void NodeObject::on(Object& self, GetDirectory) {
    answer_listing(self, self.return_address());
}

void NodeObject::on(Object& self, const GetRest& more) {
    answer_listing(self, self.return_address(), listing_place(more.rest));
}

void NodeObject::answer_listing(Object& self, const Address& to, ListingPlace at) {
    ListingRoom room;
    auto told = listing(self, at, room);
    const bool has_peers = at.kind == ListingPlace::Kind::peer;
    if (has_peers && !home_) at.go_on(ListingPlace::Kind::all);
    told.rest = place_text(at);
    if (!has_peers || !home_) return self.send(std::move(told), to);
    self.take_over();
    const auto shared = std::make_shared<DirectoryListing>(std::move(told));
    self.request(AskPeers{std::move(at), room}, home_, home_patience, [shared, to](Object& self, Any answer) {
        if (auto* peers = answer.get<Peers>()) {
            shared->peer = std::move(peers->peer);
            shared->rest = place_text(peers->at);
        } else {
            shared->rest.clear(); // it has no time for that
        }
        self.send(std::move(*shared), to);
    });
}

DirectoryListing NodeObject::listing(const Object& self, ListingPlace& at, ListingRoom& room) const {
    DirectoryListing told;
    told.unique_id = unique_id_;
    told.executable = options_.executable;
    told.directory_address = self.address();
    told.scope = options_.scope;
    told.primary_ip = primary_address();
    if (told.primary_ip.empty()) told.primary_ip = "(not detected)";
    if (parent_place_) told.connect_to_directory = *parent_place_;
    if (const auto* listening = listening_.get<net::Listening>()) told.accept_directories_at = listening->listening_ipp;
    if (at.kind == ListingPlace::Kind::below) {
        for (auto below = children_.upper_bound(at.child); below != children_.end(); ++below) {
            if (!room.take(listing_bytes(below->second.place.host.value_or("")))) return told;
            told.sub_directory.emplace(below->second.place, Address(below->first));
            at.child = below->first;
        }
        at.go_on(ListingPlace::Kind::published);
    }
    node_.tell(told, at, room);
    return told;
}

Address create_node(Object& self, NodeOptions options, Address home) {
    return self.create<NodeObject>(object::here().with_mailbox(1u << 18), std::move(options), std::move(home));
}

} // namespace layer_cake::directory
