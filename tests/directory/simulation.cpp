#include <fmt/format.h>
#include <layer_cake/net/crossing.hpp>
#include <tests/directory/simulation_parts.hpp>

namespace layer_cake::directory {

using type::Address;
using type::Any;
using namespace std::chrono_literals;

namespace {

/// The addresses in a message, as the other side of a connection sees them.
void rewrite(Address& address, std::int64_t from, std::int64_t to) {
    const net::Crossing leaves{from, node_address}, comes{to, node_address};
    address = net::from_wire(net::to_wire(address, leaves).view(), comes);
}

Any crossed(const Any& content, std::int64_t from, std::int64_t to) {
    Any copy = content.copy();
    if (auto* published = copy.get<Published>()) rewrite(published->home_address, from, to);
    if (auto* subscribed = copy.get<Subscribed>()) rewrite(subscribed->home_address, from, to);
    if (auto* all = copy.get<PublishedDirectory>()) {
        for (auto& one : all->published)
            rewrite(one.home_address, from, to);
        for (auto& one : all->subscribed)
            rewrite(one.home_address, from, to);
    }
    return copy;
}

} // namespace

Simulation::Simulation(Shape shape) : shape_(shape), random_(shape.seed) {
    const auto add = [&](Scope scope, Machine* parent, std::string host) {
        machines_.push_back(std::make_unique<Machine>(scope, parent, ++ids_, std::move(host)));
        return machines_.back().get();
    };
    lan_ = add(Scope::LAN, nullptr, "10.0.0.195");
    for (int h = 0; h < shape.hosts; ++h) {
        auto* host = add(Scope::HOST, lan_, fmt::format("10.{}.{}.1", h / 250, h % 250));
        hosts_.push_back(host);
        for (int g = 0; g < shape.groups; ++g) {
            auto* group = add(Scope::GROUP, host, host->host);
            for (int p = 0; p < shape.processes; ++p)
                processes_.push_back(add(Scope::PROCESS, group, host->host));
        }
    }
    // A name belongs to one of as many services as there are hosts; each service has two that look for all of it, at
    // LAN and at HOST, and one that looks for one name.
    for (std::size_t p = 0; p < processes_.size(); ++p) {
        auto name = std::make_unique<Name>();
        name->text = fmt::format("service-{:04}:worker-{}", random_.up_to(static_cast<unsigned>(shape.hosts) - 1), p);
        const auto kind = random_.up_to(9);
        name->scope = kind < 7 ? Scope::LAN : kind < 9 ? Scope::HOST : Scope::GROUP;
        name->machine = processes_[p];
        name->machine->names.push_back(name.get());
        names_.push_back(std::move(name));
    }
    for (int i = 0; i < shape.shared; ++i)
        for (const std::size_t host : {0u, 1u}) {
            auto name = std::make_unique<Name>();
            name->text = fmt::format("service-{:04}:shared-{}", i % shape.hosts, i);
            const auto on_host = processes_.size() / static_cast<std::size_t>(shape.hosts);
            const auto number = (static_cast<std::size_t>(i) + host) % static_cast<std::size_t>(shape.hosts);
            name->machine = processes_[number * on_host + random_.up_to(on_host - 1)];
            name->machine->names.push_back(name.get());
            names_.push_back(std::move(name));
        }
    const auto want = [&](std::string search, Scope scope) {
        auto made = std::make_unique<Want>();
        made->machine = processes_[random_.up_to(processes_.size() - 1)];
        made->listing = {search, scope, type::Uuid{}, node_address};
        if (!is_plain(search)) made->pattern = std::make_unique<Pattern>(std::move(*Pattern::compile(search)));
        made->machine->wants.push_back(made.get());
        by_service_[service_of(search)].push_back(made.get());
        wants_.push_back(std::move(made));
    };
    for (int service = 0; service < shape.hosts; ++service) {
        want(fmt::format("service-{:04}:worker-[0-9]+", service), Scope::LAN);
        want(fmt::format("service-{:04}:.*", service), Scope::HOST);
        want(names_[random_.up_to(names_.size() - 1)]->text, Scope::LAN);
    }
    UniqueIds ids(shape.seed + 1'000'000u);
    for (auto& one : wants_) {
        one->listing.subscribed_id = ids.next();
        after(latency(), [this, want = one.get()] { subscribe(*want); });
    }
    for (auto& name : names_)
        after(std::chrono::milliseconds(random_.up_to(2'000)), [this, name = name.get()] { publish(*name); });
}

Simulation::~Simulation() = default;

void Simulation::after(Duration time, Action action) {
    queue_.push({clock_.now() + time, ++sequence_, std::move(action)});
}

void Simulation::at(Machine& machine, Duration time, Action action) {
    after(time, [&machine, action = std::move(action)] {
        if (machine.is_paused)
            machine.held.push_back(action);
        else
            action();
    });
}

void Simulation::run(Duration time) {
    const auto end = clock_.now() + time;
    while (!queue_.empty() && queue_.top().when <= end) {
        auto due = std::move(const_cast<Due&>(queue_.top()));
        queue_.pop();
        clock_.advance(due.when - clock_.now());
        ++events_;
        due.action();
    }
    clock_.advance(end - clock_.now());
}

// Connections.

void Simulation::connect(Machine& machine) {
    at(machine, latency(), [this, &machine] {
        if (!machine.is_up || machine.proxy_up != 0) return;
        const auto& parent = *machine.parent;
        if (parent.is_up && !parent.is_paused && !machine.up_is_lost && !machine.down_is_lost) return accepted(machine);
        after(machine.delays.next(random_), [this, &machine] { connect(machine); });
    });
}

void Simulation::accepted(Machine& machine) {
    auto& parent = *machine.parent;
    machine.proxy_up = ++machine.last_proxy;
    machine.proxy_at_parent = ++parent.last_proxy;
    machine.delays.reset();
    ++machine.life;
    parent.children[machine.proxy_at_parent] = &machine;
    parent.node->child_connected(machine.proxy_at_parent, machine.host);
    Effects effects;
    machine.node->parent_connected(Address(machine.proxy_up), effects);
    act(machine, std::move(effects));
}

void Simulation::cut(Machine& machine) {
    cut(machine, latency(), 0s);
}

void Simulation::cut(Machine& machine, Duration parent_notices, Duration then) {
    if (machine.proxy_up == 0) return;
    auto& parent = *machine.parent;
    const auto proxy = std::exchange(machine.proxy_at_parent, 0);
    machine.proxy_up = 0;
    ++machine.life;
    machine.stuck.clear();
    parent.children.erase(proxy);
    if (parent.is_up)
        at(parent, parent_notices, [this, &parent, proxy] {
            if (!parent.is_up || !parent.node->is_child(proxy)) return;
            Effects effects;
            parent.node->child_lost(proxy, effects);
            act(parent, std::move(effects));
        });
    if (!machine.is_up) return;
    machine.node->parent_lost();
    after(then + machine.delays.next(random_), [this, &machine] { connect(machine); });
}

void Simulation::stop(Machine& machine) {
    machine.is_up = false;
    cut(machine);
    const auto children = machine.children;
    for (const auto& [proxy, child] : children)
        cut(*child);
    machine.node.reset();
    machine.is_paused = false;
    machine.held.clear();
    machine.wants_parent = false;
}

void Simulation::act(Machine& machine, Effects effects) {
    if (effects.wants_parent && !std::exchange(machine.wants_parent, true) && machine.parent) connect(machine);
    for (const auto& message : effects.messages) {
        ++counts.messages;
        send(machine, message.to, message.content);
    }
    if (effects.more)
        at(machine, 10us, [this, &machine] {
            if (!machine.is_up) return;
            Effects effects;
            machine.node->go_on(effects);
            act(machine, std::move(effects));
        });
}

void Simulation::send(Machine& machine, const Address& to, const Any& content) {
    if (to == node_address) {
        --counts.messages; // to itself
        return at(machine, 0ns, [this, &machine, copy = std::make_shared<Any>(content.copy())] {
            if (machine.is_up) deliver(machine, 0, *copy);
        });
    }
    const bool upwards = to.id() == machine.proxy_up;
    const auto child = machine.children.find(to.id());
    if (!upwards && child == machine.children.end()) return; // that connection is no more
    ++counts.frames;
    auto& lower = upwards ? machine : *child->second;
    auto& other = upwards ? *machine.parent : lower;
    const auto here = upwards ? lower.proxy_up : lower.proxy_at_parent;
    const auto there = upwards ? lower.proxy_at_parent : lower.proxy_up;
    auto& next = upwards ? lower.next_up : lower.next_down;
    auto copy = std::make_shared<Any>(crossed(content, here, there));
    const Action arrives = [this, &lower, &other, there, to = to.at_far_end(), life = lower.life, copy] {
        if (lower.life == life) arrive(other, there, to, std::move(*copy));
    };
    const Action leaves = [this, &other, &next, arrives] {
        next = std::max(next, clock_.now() + latency()); // in order
        at(other, next - clock_.now(), arrives);
    };
    if (lower.scope == Scope::HOST && (upwards ? lower.up_is_lost : lower.down_is_lost))
        return lower.stuck.push_back(leaves);
    leaves();
}

void Simulation::arrive(Machine& machine, std::int64_t proxy, Address to, Any content) {
    if (!to || to == node_address) return deliver(machine, proxy, content);
    send(machine, to, content); // it is passed on
}

void Simulation::deliver(Machine& machine, std::int64_t proxy, const Any& content) {
    Effects effects;
    const auto pass = [&](const auto* message) {
        if (message) machine.node->received(proxy, *message, effects);
        return message != nullptr;
    };
    if (pass(content.get<Published>()) || pass(content.get<Subscribed>()) || pass(content.get<PublishedDirectory>()) ||
        pass(content.get<ClearListings>()))
        return act(machine, std::move(effects));
    const auto* route = content.get<RouteOverLoop>();
    const auto* cleared = content.get<ClearSubscriberRoute>();
    if (!route && !cleared) return;
    const auto& id = route ? route->subscribed_id : cleared->subscribed_id;
    for (auto* want : machine.wants) {
        if (want->listing.subscribed_id != id) continue;
        const auto& name = route ? route->name : cleared->name;
        auto& found = want->found.try_emplace(name, Want::Found{RouteChoice(random_), {}, {}}).first->second;
        choose(machine, *want, name,
               route ? found.choice.announced(*route, clock_.now())
                     : found.choice.cleared(cleared->route_id, clock_.now()));
    }
}

// Sessions.

void Simulation::choose(Machine& machine, Want& want, const std::string& name, const RouteChoice::Effects& effects) {
    auto& found = want.found.at(name);
    for (const auto& over : {effects.drop, effects.close})
        if (over) found.links.erase(*over);
    if (effects.open) {
        const auto token = effects.open->token;
        found.links[token] = effects.open->route.published_id;
        at(machine, latency() * 2, [this, &machine, &want, name, token] {
            const auto at = want.found.find(name);
            if (!machine.is_up || at == want.found.end() || !at->second.links.contains(token)) return;
            const auto there = published_.find(at->second.links.at(token));
            const bool opens = there != published_.end() && there->second->is_there &&
                               !there->second->machine->is_paused && reaches(machine, *there->second->machine);
            if (!opens) at->second.links.erase(token);
            choose(machine, want, name,
                   opens ? at->second.choice.opened(token, clock_.now()) : at->second.choice.lost(token, clock_.now()));
        });
    }
    if (const auto due = found.choice.due(); due && (!found.due || *due < *found.due)) {
        found.due = due;
        at(machine, std::max(*due - clock_.now(), Duration::zero()), [this, &machine, &want, name] {
            const auto at = want.found.find(name);
            if (!machine.is_up || at == want.found.end()) return;
            at->second.due.reset();
            choose(machine, want, name, at->second.choice.tick(clock_.now()));
        });
    }
    if (found.choice.idle()) want.found.erase(std::string(name));
}

} // namespace layer_cake::directory
