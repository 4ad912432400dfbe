#include <fmt/format.h>
#include <layer_cake/supervise/names.hpp>
#include <layer_cake/supervise/nats_rules.hpp>
#include <layer_cake/supervise/role_process.hpp>

namespace layer_cake::supervise {

using home::Condition;
using home::NameScope;
using home::Probe;

namespace {

bool asks_for_name(const home::Role& role) {
    return role.ready && role.ready->kind == Probe::Kind::published;
}

/// The names whose addresses roles of the group want, or whose being there.
std::set<std::pair<std::string, NameScope>> wanted_names(const home::Group& group) {
    std::set<std::pair<std::string, NameScope>> wanted;
    for (const auto& role : group.roles) {
        for (const auto& address : role.addresses)
            wanted.emplace(address.name, address.scope);
        for (const auto& on : role.depends_on)
            if (on.condition == Condition::published) wanted.emplace(on.name, NameScope::group);
        if (asks_for_name(role)) wanted.emplace(role.ready->name, NameScope::group);
    }
    return wanted;
}

constexpr std::size_t most_news = 16;

bool is_in_realm(const home::Role& role) {
    return std::any_of(role.ports.begin(), role.ports.end(),
                       [](const auto& port) { return !port.publish.empty() && port.scope == NameScope::realm; });
}

bool publishes(const home::Group& group) {
    for (const auto& role : group.roles)
        for (const auto& port : role.ports)
            if (!port.publish.empty()) return true;
    return false;
}

} // namespace

Names::Names(RoleContext& context) : context_(context) {}

Names::~Names() {
    *alive_ = false;
}

Result<void> Names::apply(const home::Group& group) {
    if (!socket_)
        if (auto opened = listen_again(); !opened) return opened;
    const auto rules = group.directory.value_or(home::DirectoryRules{});
    GroupDirectory::Above above;
    if (rules.realm) {
        auto realm = nats_realm(*rules.realm);
        if (!realm) return fail(std::move(realm).error());
        above = realm::node_over_nats(std::move(*realm));
    }
    const auto before = rules_.value_or(home::DirectoryRules{}).listen;
    if (rules.listen != before) {
        std::unique_ptr<net::Listener> listener;
        if (rules.listen) {
            net::Endpoint at;
            at.host = rules.listen->host;
            at.port = rules.listen->port;
            auto opened = listen(at, true);
            if (!opened) return fail({Fault::failed, "directory: " + opened.error().detail});
            listener = std::move(*opened);
        }
        listener_ = std::move(listener);
    }
    const bool changed = rules_ && *rules_ != rules;
    rules_ = rules;
    above_ = std::move(above);
    speaks_ = publishes(group) || !wanted_names(group).empty();
    wanted_ = wanted_names(group);
    std::erase_if(addresses_, [this](const auto& one) { return !wanted_.contains(one.first); });
    if (directory_ && changed)
        restart_directory();
    else if (directory_)
        directory_->watch(wanted_);
    else if (speaks_ || rules.above() || rules.realm)
        directory();
    return ok();
}

Result<void> Names::listen_again() {
    net::Endpoint at;
    at.path = context_.paths.directory().string();
    auto opened = listen(at, false);
    if (!opened) return fail(std::move(opened).error());
    socket_ = std::move(*opened);
    return ok();
}

Result<std::unique_ptr<net::Listener>> Names::listen(const net::Endpoint& at, bool outside) {
    return net::Listener::open(context_.loop, at,
                               [this, outside](Fd connection) { directory().take(std::move(connection), outside); });
}

Result<home::HostPort> Names::port() {
    if (listener_) {
        const auto& host = rules_->listen->host;
        const bool is_any = host == "0.0.0.0" || host == "::";
        return home::HostPort{is_any ? "127.0.0.1" : host, listener_->port()};
    }
    if (!for_modules_) {
        auto opened = listen({}, true);
        if (!opened) return fail(std::move(opened).error());
        for_modules_ = std::move(*opened);
    }
    return home::HostPort{"127.0.0.1", for_modules_->port()};
}

GroupDirectory& Names::directory() {
    if (!directory_) restart_directory();
    return *directory_;
}

void Names::restart_directory() {
    directory_.reset();
    addresses_.clear();
    GroupDirectory::Events events;
    events.found = [this](const Wanted& wanted, std::optional<home::HostPort> address) {
        found(wanted, std::move(address));
    };
    events.taken = [this](const std::string& name) {
        for (const auto& [key, port] : ports_)
            if (port.name == name && context_.logs)
                context_.logs->note(port.role, fmt::format("name \"{}\" is published by another", name));
    };
    events.said = [this](const std::string& line) {
        news_.push_back(line);
        ++news_count_;
        if (news_.size() > most_news) news_.pop_front();
        context_.settle();
    };
    directory_ = std::make_unique<GroupDirectory>(context_.loop, *rules_, above_, std::move(events));
    directory_->watch(wanted_);
    directory_->publish(ports_);
}

void Names::found(const Wanted& wanted, std::optional<home::HostPort> address) {
    if (!wanted_.contains(wanted)) return;
    if (address)
        addresses_.insert_or_assign(wanted, std::move(*address));
    else
        addresses_.erase(wanted);
    context_.settle();
}

std::optional<home::HostPort> Names::find(const std::string& name, NameScope scope) const {
    // What this group publishes itself needs no directory to be found.
    for (const auto& [key, port] : ports_)
        if (port.name == name) return home::HostPort{"127.0.0.1", port.number};
    const auto found = addresses_.find({name, scope});
    return found == addresses_.end() ? std::nullopt : std::optional(found->second);
}

void Names::look_at(std::span<RoleProcess* const> roles) {
    if (!speaks_ && ports_.empty()) return;
    std::map<std::string, PublishedPort> ports;
    for (auto* role : roles) {
        if (news_count_ && role->pid() != 0 && is_in_realm(role->role())) tell_news(role->name());
        if (asks_for_name(role->role()) && role->pid() != 0 && !role->ready() &&
            find(role->role().ready->name, NameScope::group))
            role->name_is_published();
        if (!role->ready() || role->stop_asked()) continue;
        for (const auto& port : role->role().ports)
            if (const auto number = role->port(port.name); number != 0 && !port.publish.empty())
                ports.emplace(role->name() + '/' + port.name,
                              PublishedPort{role->name(), port.publish, port.scope, number});
    }
    publish(std::move(ports));
}

void Names::tell_news(const std::string& role) {
    auto& told = told_[role];
    const auto first = news_count_ - news_.size();
    for (auto i = std::max<std::uint64_t>(told, first); context_.logs && i < news_count_; ++i)
        context_.logs->note(role, news_[i - first]);
    told = news_count_;
}

void Names::publish(std::map<std::string, PublishedPort> ports) {
    if (ports == ports_) return;
    ports_ = std::move(ports);
    directory().publish(ports_);
    context_.settle(); // somebody here may wait for one of them
}

} // namespace layer_cake::supervise
