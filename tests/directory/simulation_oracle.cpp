#include <fmt/format.h>
#include <tests/directory/simulation_parts.hpp>
#include <unordered_map>

/// What happens in a simulated network, and what should have come of it.
namespace layer_cake::directory {

using namespace std::chrono_literals;

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
