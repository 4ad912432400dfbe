#include <fmt/format.h>
#include <layer_cake/directory/process_directory.hpp>
#include <layer_cake/directory/publisher_port.hpp>

namespace layer_cake::directory {
namespace {

using object::Object;
using type::Address;
using type::Any;

std::string key_of(const Address& subscriber, std::string_view search) {
    return fmt::format("{} {}", subscriber.id(), search);
}

} // namespace

void ProcessDirectory::on(Object& self, type::Start) {
    node_ = create_node(self, node_options_, self.address());
    self.on_return(node_, [](Object& self, Any why) { self.complete(std::move(why)); });
}

void ProcessDirectory::hand_to_node(Object& self) {
    self.forward(std::move(self.message()), node_);
}

// Publications.

void ProcessDirectory::on(Object& self, const PublishAs& wanted) {
    Published listing;
    listing.name = wanted.name;
    listing.scope = wanted.scope;
    listing.encrypted = wanted.encrypted;
    const bool with_port = goes_above(wanted.scope, Scope::PROCESS);
    publish(self, {std::move(listing), wanted.publisher_address, {}}, with_port);
}

void ProcessDirectory::on(Object& self, const PublishPort& wanted) {
    Published listing;
    listing.name = wanted.name;
    listing.scope = wanted.scope;
    listing.listening_ipp = wanted.listening_ipp;
    publish(self, {std::move(listing), self.return_address(), {}}, false);
}

void ProcessDirectory::publish(Object& self, Publication made, bool with_port) {
    auto& listing = made.listing;
    if (auto checked = check_name(listing.name); !checked)
        return refuse(self, listing, made.publisher, checked.error().detail);
    if (publications_.contains(listing.name)) return refuse(self, listing, made.publisher, "already published");
    listing.published_id = type::Uuid::make();
    listing.home_address = node_;
    if (with_port) {
        made.port = self.create<PublisherPort>(listing, made.publisher);
        self.on_return(made.port, [](Object&, Any) {});
    }
    published_[listing.published_id] = listing.name;
    const auto& kept = publications_.emplace(listing.name, std::move(made)).first->second;
    if (!with_port) list(self, kept.listing);
}

void ProcessDirectory::refuse(Object& self, const Published& listing, const Address& publisher, std::string why) {
    NotPublished refused;
    refused.condition = "not published";
    refused.explanation = why;
    refused.name = listing.name;
    refused.scope = listing.scope;
    refused.note = std::move(why);
    self.send(std::move(refused), publisher);
}

void ProcessDirectory::on(Object& self, const PortIsOpen& open) {
    auto* made = publication(open.published_id);
    if (!made) return;
    made->listing.listening_ipp = open.listening_ipp;
    if (open.problem.empty()) return list(self, made->listing);
    refuse(self, made->listing, made->publisher, open.problem);
    self.send(type::Stop{}, made->port);
    forget(publications_.find(made->listing.name));
}

void ProcessDirectory::list(Object& self, const Published& listing) {
    self.send(Published(listing), publications_.at(listing.name).publisher);
    self.send(Published(listing), node_);
}

ProcessDirectory::Publication* ProcessDirectory::publication(const type::Uuid& id) {
    const auto name = published_.find(id);
    return name == published_.end() ? nullptr : &publications_.at(name->second);
}

void ProcessDirectory::forget(Publications::iterator at) {
    published_.erase(at->second.listing.published_id);
    publications_.erase(at);
}

/// Somebody further up has the name: it stays published below. In this process nobody can find it.
void ProcessDirectory::on(Object& self, const Advisory& advisory) {
    const auto made = publications_.find(advisory.name);
    if (made == publications_.end() || made->second.listing.published_id != advisory.published_id) return;
    if (advisory.scope != node_options_.scope) return;
    refuse(self, made->second.listing, made->second.publisher, "already published");
    self.send(ClearListings{{}, {advisory.published_id}}, node_);
    if (made->second.port) self.send(type::Stop{}, made->second.port);
    forget(made);
}

void ProcessDirectory::on(Object& self, const ClearPublished& unwanted) {
    const auto made = publications_.find(unwanted.name);
    const auto& owner = self.return_address();
    if (made == publications_.end() || made->second.publisher != owner)
        return self.reply(PublishedCleared{unwanted.name, unwanted.scope, std::nullopt, "not published"});
    PublishedCleared cleared{unwanted.name, made->second.listing.scope, made->second.listing.published_id,
                             unwanted.note};
    const auto port = made->second.port;
    withdraw(self, made);
    if (!port) return self.reply(std::move(cleared));
    // After what the port still has to tell.
    self.on_return(port, [owner = Address(owner), cleared = std::move(cleared)](Object& self, Any) {
        self.send(PublishedCleared(cleared), owner);
    });
}

/// The subscribers of other processes see the end of their connections.
void ProcessDirectory::withdraw(Object& self, Publications::iterator at) {
    const auto id = at->second.listing.published_id;
    self.send(ClearListings{{}, {id}}, node_);
    const auto& [listing, publisher, port] = at->second;
    if (port) self.send(publisher ? type::Any(type::Stop{}) : type::Any(OwnerEnded{}), port);
    std::vector<LinkId> here;
    for (auto& [link, about] : links_) {
        if (about.route.published_id != id || about.transport) continue;
        if (!publisher) about.publisher = {};
        here.push_back(link);
    }
    forget(at);
    for (const auto link : here)
        lost(self, link);
}

// Subscriptions.

void ProcessDirectory::on(Object& self, const SubscribeTo& wanted) {
    subscribe(self, {wanted.search, wanted.scope, {}, node_}, wanted.subscriber_address, false);
}

void ProcessDirectory::on(Object& self, const WatchRoutes& wanted) {
    subscribe(self, {wanted.search, wanted.scope, {}, node_}, self.return_address(), true);
}

void ProcessDirectory::subscribe(Object& self, Subscribed listing, const Address& subscriber, bool only_watches) {
    const auto key = key_of(subscriber, listing.search);
    std::string why;
    if (searched_.contains(key)) why = "already subscribed";
    if (auto checked = check_search(listing.search); why.empty() && !checked) why = checked.error().detail;
    if (!why.empty()) {
        NotSubscribed refused;
        refused.condition = "not subscribed";
        refused.explanation = why;
        refused.search = listing.search;
        refused.scope = listing.scope;
        refused.note = std::move(why);
        return self.send(std::move(refused), subscriber);
    }
    listing.subscribed_id = type::Uuid::make();
    searched_[key] = listing.subscribed_id;
    auto& made = subscriptions_[listing.subscribed_id];
    made.listing = listing;
    made.subscriber = subscriber;
    made.only_watches = only_watches;
    self.send(Subscribed(listing), subscriber);
    self.send(std::move(listing), node_);
}

void ProcessDirectory::on(Object& self, const ClearSubscribed& unwanted) {
    const auto found = searched_.find(key_of(self.return_address(), unwanted.search));
    if (found == searched_.end())
        return self.reply(SubscribedCleared{unwanted.search, unwanted.scope, std::nullopt, "not subscribed"});
    const auto made = subscriptions_.find(found->second);
    SubscribedCleared cleared{unwanted.search, made->second.listing.scope, found->second, unwanted.note};
    withdraw(self, made);
    self.reply(std::move(cleared));
}

void ProcessDirectory::withdraw(Object& self, Subscriptions::iterator at) {
    self.send(ClearListings{{at->first}, {}}, node_);
    std::vector<LinkId> all;
    for (auto& [name, choice] : at->second.choices) {
        if (choice.due) due_.erase({*choice.due, at->first, name});
        for (const auto& [token, link] : choice.links)
            all.push_back(link);
    }
    for (const auto link : all)
        close(self, link);
    searched_.erase(key_of(at->second.subscriber, at->second.listing.search));
    subscriptions_.erase(at);
}

void ProcessDirectory::on(Object& self, const OwnerEnded& ended) {
    for (auto at = publications_.begin(); at != publications_.end();)
        if (const auto one = at++; one->second.publisher == ended.owner) {
            one->second.publisher = {}; // it is told nothing any more
            withdraw(self, one);
        }
    for (auto at = subscriptions_.begin(); at != subscriptions_.end();)
        if (const auto one = at++; one->second.subscriber == ended.owner) {
            searched_.erase(key_of(one->second.subscriber, one->second.listing.search));
            one->second.subscriber = {};
            withdraw(self, one);
        }
}

} // namespace layer_cake::directory
