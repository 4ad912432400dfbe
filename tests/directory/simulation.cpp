#include <fmt/format.h>
#include <layer_cake/net/crossing.hpp>
#include <tests/directory/simulation.hpp>

namespace layer_cake::directory {

using type::Address;
using type::Any;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t node_number = 16; ///< of the node's object, in each process
const Address node_address(node_number);

/// What names and searches are grouped by here: `service-0001`.
std::string service_of(std::string_view text) {
    return std::string(text.substr(0, text.find(':')));
}

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

/// A process with its node.
struct Simulation::Machine {
    Machine(Scope scope, Machine* parent, int life, std::string host)
        : scope(scope), parent(parent), host(std::move(host)), delays(500ms, 8s) {
        start(life);
    }
    void start(int life) {
        node = std::make_unique<Node>(scope, NodeLimits{}, UniqueIds(static_cast<std::uint64_t>(life)));
        delays.reset();
        is_up = true;
    }

    Scope scope;
    Machine* parent;
    std::string host;
    std::unique_ptr<Node> node;
    bool is_up = false;
    bool wants_parent = false;
    BackOff delays;
    std::int64_t last_proxy = 100;
    std::int64_t proxy_up = 0, proxy_at_parent = 0; ///< of the connection upwards; 0: none
    std::uint64_t life = 0;                         ///< of that connection; what was under way before is lost
    Instant next_up{}, next_down{};                 ///< order is kept in each direction
    std::map<std::int64_t, Machine*> children;      ///< by proxy
    std::vector<Name*> names;
    std::vector<Want*> wants;
};

struct Simulation::Name {
    std::string text;
    Scope scope = Scope::LAN;
    Machine* machine = nullptr;
    type::Uuid id; ///< of the present publication
    int port = 0;
    bool is_there = false;
};

struct Simulation::Want {
    Subscribed listing;
    Machine* machine = nullptr;
    std::unique_ptr<Pattern> pattern; ///< null: a plain name
    struct Found {
        RouteChoice choice;
        std::map<RouteChoice::Token, type::Uuid> links; ///< sessions and attempts, by publication
        std::optional<Instant> due;
    };
    std::map<std::string, Found> found;
    bool matches(std::string_view name) const {
        return pattern ? pattern->matches_whole(name) : listing.search == name;
    }
};

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
        after(latency(), [this, want = one.get()] {
            Effects effects;
            want->machine->node->received(0, want->listing, effects);
            act(*want->machine, std::move(effects));
        });
    }
    for (auto& name : names_)
        after(std::chrono::milliseconds(random_.up_to(2'000)), [this, name = name.get()] { publish(*name); });
}

Simulation::~Simulation() = default;

void Simulation::after(Duration time, Action action) {
    queue_.push({clock_.now() + time, ++sequence_, std::move(action)});
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
    after(latency(), [this, &machine] {
        if (!machine.is_up || machine.proxy_up != 0) return;
        if (machine.parent->is_up) return accepted(machine);
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
    if (machine.proxy_up == 0) return;
    auto& parent = *machine.parent;
    const auto proxy = std::exchange(machine.proxy_at_parent, 0);
    machine.proxy_up = 0;
    ++machine.life;
    parent.children.erase(proxy);
    if (parent.is_up)
        after(latency(), [this, &parent, proxy] {
            if (!parent.is_up || !parent.node->is_child(proxy)) return;
            Effects effects;
            parent.node->child_lost(proxy, effects);
            act(parent, std::move(effects));
        });
    if (!machine.is_up) return;
    machine.node->parent_lost();
    after(machine.delays.next(random_), [this, &machine] { connect(machine); });
}

void Simulation::stop(Machine& machine) {
    machine.is_up = false;
    cut(machine);
    const auto children = machine.children;
    for (const auto& [proxy, child] : children)
        cut(*child);
    machine.node.reset();
    machine.wants_parent = false;
}

void Simulation::act(Machine& machine, Effects effects) {
    if (effects.wants_parent && !std::exchange(machine.wants_parent, true) && machine.parent) connect(machine);
    for (const auto& message : effects.messages) {
        ++counts.messages;
        send(machine, message.to, message.content);
    }
    if (effects.more)
        after(10us, [this, &machine] {
            if (!machine.is_up) return;
            Effects effects;
            machine.node->go_on(effects);
            act(machine, std::move(effects));
        });
}

void Simulation::send(Machine& machine, const Address& to, const Any& content) {
    if (to == node_address) {
        --counts.messages; // to itself
        return after(0ns, [this, &machine, copy = std::make_shared<Any>(content.copy())] {
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
    next = std::max(next, clock_.now() + latency());
    auto copy = std::make_shared<Any>(crossed(content, here, there));
    after(next - clock_.now(), [this, &lower, &other, there, to = to.at_far_end(), life = lower.life, copy] {
        if (lower.life == life) arrive(other, there, to, std::move(*copy));
    });
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
        after(latency() * 2, [this, &machine, &want, name, token] {
            const auto at = want.found.find(name);
            if (!machine.is_up || at == want.found.end() || !at->second.links.contains(token)) return;
            const auto there = published_.find(at->second.links.at(token));
            const bool opens = there != published_.end() && there->second->is_there;
            if (!opens) at->second.links.erase(token);
            choose(machine, want, name,
                   opens ? at->second.choice.opened(token, clock_.now()) : at->second.choice.lost(token, clock_.now()));
        });
    }
    if (const auto due = found.choice.due(); due && (!found.due || *due < *found.due)) {
        found.due = due;
        after(std::max(*due - clock_.now(), Duration::zero()), [this, &machine, &want, name] {
            const auto at = want.found.find(name);
            if (!machine.is_up || at == want.found.end()) return;
            at->second.due.reset();
            choose(machine, want, name, at->second.choice.tick(clock_.now()));
        });
    }
    if (found.choice.idle()) want.found.erase(std::string(name));
}

void Simulation::publish(Name& name) {
    if (name.is_there || !name.machine->is_up) return;
    ++counts.changes;
    counts.matches += matching(name);
    name.is_there = true;
    UniqueIds fresh(static_cast<std::uint64_t>(++ids_) << 20);
    name.id = fresh.next();
    name.port = 1'024 + static_cast<int>(random_.up_to(60'000));
    published_[name.id] = &name;
    Published listing{name.text, name.scope, false, name.id, {"127.0.0.1", name.port}, node_address};
    Effects effects;
    name.machine->node->received(0, listing, effects);
    act(*name.machine, std::move(effects));
}

void Simulation::withdraw(Name& name) {
    if (!name.is_there) return;
    ++counts.changes;
    counts.matches += matching(name);
    name.is_there = false;
    published_.erase(name.id);
    if (name.machine->is_up) {
        Effects effects;
        name.machine->node->received(0, ClearListings{{}, {name.id}}, effects);
        act(*name.machine, std::move(effects));
    }
    for (auto* want : by_service_.at(service_of(name.text))) // the far ends of its sessions
        if (const auto at = want->found.find(name.text); at != want->found.end())
            for (const auto& [token, id] : at->second.links)
                if (id == name.id)
                    after(latency(), [this, want, text = name.text, token = token] {
                        const auto found = want->found.find(text);
                        if (!want->machine->is_up || found == want->found.end() ||
                            found->second.links.erase(token) == 0)
                            return;
                        choose(*want->machine, *want, text, found->second.choice.lost(token, clock_.now()));
                    });
}

void Simulation::churn(double share, Duration time) {
    const auto count = static_cast<std::int64_t>(share * static_cast<double>(names_.size()));
    for (std::int64_t i = 0; i < count; ++i)
        after(time / count * i, [this] {
            auto& name = *names_[random_.up_to(names_.size() - 1)];
            auto& machine = *name.machine;
            if (!machine.is_up) return;
            if (random_.up_to(4) == 0 && machine.wants.empty()) {
                withdraw(name);
                stop(machine);
                after(500ms, [this, &machine, &name] {
                    machine.start(++ids_);
                    publish(name);
                });
                return;
            }
            withdraw(name);
            after(std::chrono::milliseconds(random_.up_to(500)), [this, &name] { publish(name); });
        });
    run(time);
}

void Simulation::kill_lan() {
    stop(*lan_);
}

void Simulation::start_lan() {
    lan_->start(++ids_);
}

void Simulation::kill_host(int number) {
    stop(*hosts_[static_cast<std::size_t>(number)]);
}

void Simulation::start_host(int number) {
    hosts_[static_cast<std::size_t>(number)]->start(++ids_);
}

// The oracle.

bool Simulation::sees(const Want& want, const Name& name) const {
    if (!want.matches(name.text)) return false;
    const auto reach = std::max(number(want.listing.scope), number(name.scope));
    const auto* a = want.machine;
    const auto* b = name.machine;
    for (int level = number(Scope::PROCESS); level >= reach && a && b; --level, a = a->parent, b = b->parent)
        if (a == b) return true;
    return false;
}

std::size_t Simulation::matching(const Name& name) const {
    std::size_t count = 0;
    for (const auto* want : by_service_.at(service_of(name.text)))
        if (sees(*want, name)) ++count;
    return count;
}

std::size_t Simulation::sessions() const {
    std::size_t count = 0;
    for (const auto& want : wants_)
        for (const auto& [name, found] : want->found)
            count += found.choice.active() ? 1 : 0;
    return count;
}

std::string Simulation::difference() const {
    std::map<const Machine*, std::size_t> expected;
    for (const auto& name : names_) {
        if (!name->is_there) continue;
        const auto* machine = name->machine;
        for (int level = number(Scope::PROCESS); level >= number(name->scope); --level, machine = machine->parent) {
            ++expected[machine];
            if (!machine->is_up) continue;
            const auto there = machine->node->find(name->text);
            if (!there || there->published_id != name->id)
                return fmt::format("{} is not listed at {}", name->text, scope_name(machine->scope));
        }
    }
    for (const auto& machine : machines_)
        if (machine->is_up && machine->node->names() != expected[machine.get()])
            return fmt::format("{} names instead of {} at a node of scope {}", machine->node->names(),
                               expected[machine.get()], scope_name(machine->scope));
    std::unordered_multimap<std::string, const Name*> by_service;
    for (const auto& name : names_)
        if (name->is_there) by_service.emplace(service_of(name->text), name.get());
    for (const auto& want : wants_) {
        std::size_t count = 0;
        const auto [first, last] = by_service.equal_range(service_of(want->listing.search));
        for (auto at = first; at != last; ++at) {
            const auto& name = *at->second;
            if (!sees(*want, name)) continue;
            ++count;
            const auto found = want->found.find(name.text);
            const auto token = found == want->found.end() ? std::nullopt : found->second.choice.active();
            if (!token || found->second.links.at(*token) != name.id)
                return fmt::format("\"{}\" has no session with {}", want->listing.search, name.text);
        }
        std::size_t open = 0;
        for (const auto& [text, found] : want->found)
            open += found.choice.active() ? 1 : 0;
        if (open != count)
            return fmt::format("\"{}\" has {} sessions instead of {}", want->listing.search, open, count);
    }
    return {};
}

std::optional<Duration> Simulation::converge(Duration most) {
    for (Duration waited{}; waited <= most; waited += 100ms) {
        if (difference().empty()) return waited;
        run(100ms);
    }
    return std::nullopt;
}

} // namespace layer_cake::directory
