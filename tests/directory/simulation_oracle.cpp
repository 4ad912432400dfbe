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
                    this->at(*want->machine, latency(), [this, want, text = name.text, token = token] {
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

/// What a machine makes of the publications of one name below it: one of them has it, there and on the whole way up.
std::string Simulation::difference(const Machine& machine, const std::string& text,
                                   const std::vector<const Name*>& names) const {
    const auto there = machine.node->find(text);
    const auto where = fmt::format(" at a node of scope {} on {}", scope_name(machine.scope), machine.host);
    if (!there) return text + " is not listed" + where;
    for (const auto* name : names) {
        if (name->id != there->published_id) continue;
        for (const auto* below = name->machine; below != &machine; below = below->parent) {
            const auto lower = below->is_up ? below->node->find(text) : std::nullopt;
            if (!lower || lower->published_id != name->id) return text + " is another below" + where;
        }
        return {};
    }
    return text + " is one that is gone" + where;
}

/// Whom a search is to have a session with under that name; null for nobody.
const Simulation::Name* Simulation::nearest(const Want& want, const std::string& text) const {
    const auto* machine = want.machine;
    for (int level = number(Scope::PROCESS); level >= number(want.listing.scope) && machine; --level) {
        if (!machine->is_up) return nullptr;
        if (const auto there = machine->node->find(text)) return published_.at(there->published_id);
        machine = machine->parent;
    }
    return nullptr;
}

std::string Simulation::difference() const {
    std::map<const Machine*, std::unordered_map<std::string, std::vector<const Name*>>> expected;
    std::unordered_map<std::string, std::set<std::string>> by_service;
    for (const auto& name : names_) {
        if (!name->is_there) continue;
        by_service[service_of(name->text)].insert(name->text);
        const auto* machine = name->machine;
        for (int level = number(Scope::PROCESS); level >= number(name->scope); --level, machine = machine->parent)
            if (machine->is_up) expected[machine][name->text].push_back(name.get());
    }
    for (const auto& machine : machines_) {
        if (!machine->is_up) continue;
        const auto& all = expected[machine.get()];
        for (const auto& [text, names] : all)
            if (auto found = difference(*machine, text, names); !found.empty()) return found;
        if (machine->node->names() != all.size())
            return fmt::format("{} names instead of {} at a node of scope {}", machine->node->names(), all.size(),
                               scope_name(machine->scope));
    }
    for (const auto& want : wants_) {
        if (!want->machine->is_up) continue;
        std::size_t count = 0;
        for (const auto& text : by_service[service_of(want->listing.search)]) {
            const auto* name = want->matches(text) ? nearest(*want, text) : nullptr;
            if (!name) continue;
            ++count;
            const auto found = want->found.find(text);
            const auto token = found == want->found.end() ? std::nullopt : found->second.choice.active();
            if (!token || found->second.links.at(*token) != name->id)
                return fmt::format("\"{}\" has no session with {}", want->listing.search, text);
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
