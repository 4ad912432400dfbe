#pragma once

#include <layer_cake/directory/events.hpp>
#include <layer_cake/object/object.hpp>

/// Objects that find each other by name, in this process, in the group, on the host, in the network.
///
///     lc::publish(self, "texture");              // Published, or NotPublished, is the next that is heard of it
///     lc::subscribe(self, "texture", lc::Scope::LAN);
///
/// Whoever publishes gets Delivered with each subscriber's address, whoever subscribes gets Available with a
/// publisher's for each name that matches; then they send to each other directly. Dropped says that the other is gone;
/// a subscriber gets another Available as soon as somebody has the name again. It does not matter who is first.
namespace layer_cake::directory {

/// Makes a name known as far as `scope`. `self` gets Published, or NotPublished: `already published` by somebody in
/// this process. Elsewhere a name may have been taken by another publisher as well; who was first at a node of the
/// directory has it there, and the others take over in turn. It is withdrawn when `self` ends.
/// @param encrypted  sessions with this publisher are
void publish(object::Object& self, std::string name, Scope scope = Scope::HOST, bool encrypted = false);

/// Looks for publishers of a name, or of all names that a regular expression matches as a whole, as far as `scope`. A
/// publisher in this process is nearer than one in the group, and so on: under each name the nearest is in session.
/// `self` gets Subscribed, or NotSubscribed: `already subscribed`, or what is wrong with the expression.
void subscribe(object::Object& self, std::string search, Scope scope = Scope::HOST);

/// Withdraws it: `self` gets Dropped for each session, then PublishedCleared.
void clear_published(object::Object& self, std::string name);
void clear_subscribed(object::Object& self, std::string search);

/// Publishes a port that something else listens at: `self` gets Published or NotPublished, and clear_published()
/// withdraws it. No object program can be in session with it; it is for those who watch.
void publish_port(object::Object& self, std::string name, Scope scope, type::HostPort listening_ipp);
/// Tells `self` of publishers and connects to none: Subscribed or NotSubscribed, then RouteOverLoop and
/// ClearSubscriberRoute (messages.hpp) as they come from the directory. clear_subscribed() ends it.
void watch_routes(object::Object& self, std::string search, Scope scope);

/// The directory of this process, as an object, made when it is first asked for: takes OpenDirectory, GetDirectory,
/// ListDirectory, Ping and Enquiry.
type::Address process_directory(object::Object& self);

} // namespace layer_cake::directory
