#include <tests/directory/simulation_parts.hpp>

/// What goes wrong in a simulated network.
namespace layer_cake::directory {

using namespace std::chrono_literals;

namespace {

template <class Machine>
const Machine* host_of(const Machine& machine) {
    const auto* host = &machine;
    while (host && host->scope != Scope::HOST && host->scope != Scope::LAN)
        host = host->parent;
    return host;
}

} // namespace

bool Simulation::reaches(const Machine& a, const Machine& b) const {
    const auto* from = host_of(a);
    const auto* to = host_of(b);
    if (from == to) return true;
    for (const auto* one : {from, to})
        if (one->up_is_lost || one->down_is_lost) return false;
    return !apart_.contains(std::minmax(from, to));
}

void Simulation::subscribe(Want& want) {
    if (!want.machine->is_up) return;
    Effects effects;
    want.machine->node->received(0, want.listing, effects);
    act(*want.machine, std::move(effects));
}

/// A process with its names, searches and sessions; a node alone.
void Simulation::kill(Machine& machine) {
    if (!machine.is_up) return;
    for (auto* name : machine.names)
        withdraw(*name);
    for (auto* want : machine.wants)
        want->found.clear();
    stop(machine);
}

void Simulation::revive(Machine& machine) {
    if (machine.is_up) return;
    machine.start(++ids_);
    UniqueIds ids(static_cast<std::uint64_t>(++ids_) << 20);
    for (auto* want : machine.wants) {
        want->listing.subscribed_id = ids.next();
        subscribe(*want);
    }
    for (auto* name : machine.names)
        publish(*name);
}

void Simulation::pause(Machine& machine) {
    machine.is_paused = machine.is_up;
}

void Simulation::resume(Machine& machine) {
    machine.is_paused = false;
    for (const auto& action : std::exchange(machine.held, {}))
        action();
}

/// What is lost is sent again, and comes late, if the host is heard again soon; if not, both sides give the connection
/// up, and so do sessions a while later.
void Simulation::cut_off(Machine& host, bool up, bool down) {
    host.up_is_lost = host.up_is_lost || up;
    host.down_is_lost = host.down_is_lost || down;
    const auto cut_number = ++host.cuts;
    const auto still = [&host, cut_number] { return host.cuts == cut_number; };
    after(10s + std::chrono::milliseconds(random_.up_to(5'000)), [this, &host, still] {
        if (!still()) return;
        const bool is_first = random_.up_to(1) == 0;
        const auto late = std::chrono::milliseconds(random_.up_to(5'000));
        cut(host, is_first ? late : Duration(latency()), is_first ? Duration(0) : Duration(late));
    });
    after(30s, [this, still] {
        if (still()) lose_sessions();
    });
}

void Simulation::rejoin(Machine& host) {
    ++host.cuts;
    host.up_is_lost = host.down_is_lost = false;
    for (const auto& action : std::exchange(host.stuck, {}))
        action();
}

void Simulation::set_apart(Machine& a, Machine& b, bool apart) {
    const Machine* const hosts[] = {&a, &b};
    const std::pair<const Machine*, const Machine*> pair = std::minmax(hosts[0], hosts[1]);
    if (!apart)
        apart_.erase(pair);
    else if (&a != &b && apart_.insert(pair).second)
        after(30s, [this, pair] {
            if (apart_.contains(pair)) lose_sessions();
        });
}

/// Those of processes that do not reach each other.
void Simulation::lose_sessions() {
    struct Lost {
        Want* want;
        std::string name;
        RouteChoice::Token token;
    };
    std::vector<Lost> all;
    for (const auto& want : wants_)
        for (const auto& [text, found] : want->found)
            for (const auto& [token, id] : found.links)
                if (const auto name = published_.find(id);
                    name != published_.end() && !reaches(*want->machine, *name->second->machine))
                    all.push_back({want.get(), text, token});
    for (const auto& one : all)
        at(*one.want->machine, latency(), [this, one] {
            const auto found = one.want->found.find(one.name);
            if (!one.want->machine->is_up || found == one.want->found.end()) return;
            if (found->second.links.erase(one.token) == 0) return;
            choose(*one.want->machine, *one.want, one.name, found->second.choice.lost(one.token, clock_.now()));
        });
}

void Simulation::torment(int faults) {
    const auto any = [&](auto& all) -> auto& {
        return *all[random_.up_to(all.size() - 1)];
    };
    const auto time = [&](unsigned most) { return std::chrono::milliseconds(random_.up_to(most)); };
    for (int i = 0; i < faults; ++i, run(time(1'000))) {
        auto& machine = random_.up_to(1) == 0 ? any(machines_) : any(processes_);
        auto& host = any(hosts_);
        auto& name = any(names_);
        switch (random_.up_to(7)) {
        case 0:
            kill(machine);
            after(time(5'000), [this, &machine] { revive(machine); });
            break;
        case 1:
            pause(machine);
            after(time(20'000), [this, &machine] { resume(machine); });
            break;
        case 2:
            if (!machine.is_paused) cut(machine, time(1'000), 0s);
            break;
        case 3:
        case 4: {
            const auto which = random_.up_to(2);
            cut_off(host, which != 1, which != 2);
            after(time(60'000), [this, &host] { rejoin(host); });
            break;
        }
        case 5: {
            auto& other = any(hosts_);
            set_apart(host, other, true);
            after(time(60'000), [this, &host, &other] { set_apart(host, other, false); });
            break;
        }
        default:
            if (name.machine->is_paused) break;
            name.is_there ? withdraw(name) : publish(name);
        }
    }
    for (auto* host : hosts_) {
        rejoin(*host);
        for (auto* other : hosts_)
            set_apart(*host, *other, false);
    }
    for (auto& machine : machines_) {
        resume(*machine);
        revive(*machine);
    }
    for (auto& name : names_)
        publish(*name);
}

} // namespace layer_cake::directory
