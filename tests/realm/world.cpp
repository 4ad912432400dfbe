#include <fmt/format.h>
#include <layer_cake/directory/search_text.hpp>
#include <tests/realm/world.hpp>

namespace layer_cake::realm {

using type::Address;
using namespace std::chrono_literals;

namespace {

const Address home{7}; ///< of all subscribers

directory::Published published(const std::string& name, const type::Uuid& id) {
    directory::Published made;
    made.name = name;
    made.scope = directory::Scope::WAN;
    made.published_id = id;
    made.listening_ipp = {"127.0.0.1", 1 + id.bytes[15]};
    made.home_address = home;
    return made;
}

} // namespace

World::World(Shape shape)
    : hub(shape.seed, shape.weather), random(shape.seed + 1'000), shape_(std::move(shape)), ids_(shape_.seed + 2'000u) {
    for (int number = 0; number < shape_.sites; ++number) {
        sites_.push_back(std::make_unique<Site>());
        sites_.back()->number = number;
        start(number);
    }
}

World::~World() = default;

void World::start(int number) {
    auto& site = at(number);
    site.carrier = hub.carrier(number, shape_.longest);
    ReplicaOptions options;
    options.realm = "test";
    options.card.site = fmt::format("site-{}", number);
    options.card.node = "a";
    options.card.lease = 9'000;
    options.card.host = fmt::format("10.{}.{}.1", number / 250, number % 250);
    options.key = shape_.key;
    options.inbox = site.carrier->inbox() + ".answers";
    options.longest = shape_.longest;
    options.limits = shape_.limits;
    options.seed = shape_.seed * 1'000'003u + ++starts_;
    site.replica = std::make_unique<Replica>(std::move(options), now());
    site.watches.clear();
    RealmEffects effects;
    site.replica->begin(effects);
    directory::PublishedDirectory all;
    for (const auto& [name, id] : site.names)
        all.published.push_back(published(name, id));
    for (auto& [text, search] : site.searches) {
        search.found.clear();
        all.subscribed.push_back({text, directory::Scope::WAN, search.id, home});
    }
    site.replica->received(all, now(), effects);
    act(site, std::move(effects));
    site.carrier->open([this, &site](CarrierEvent event) {
        if (site.stalled_until > now())
            site.waiting.push_back(std::move(event));
        else
            hear(site, event);
        return true;
    });
}

void World::stop(int number) {
    auto& site = at(number);
    site.carrier.reset();
    site.replica.reset();
    site.waiting.clear();
    for (auto& [text, search] : site.searches)
        search.found.clear();
}

void World::leave(int number) {
    auto& site = at(number);
    RealmEffects effects;
    site.replica->leave(effects);
    for (const auto& post : effects.posts)
        (void)site.carrier->publish(post.subject, post.bytes, post.reply_to);
    stop(number);
}

void World::stall(int number, Duration time) {
    at(number).stalled_until = now() + time;
    due_.push({now() + time, number});
}

void World::hear(Site& site, const CarrierEvent& event) {
    RealmEffects effects;
    if (const auto* carried = std::get_if<Carried>(&event)) site.replica->received(*carried, now(), effects);
    if (std::holds_alternative<CarrierUp>(event)) site.replica->carrier_up(now(), effects);
    if (std::holds_alternative<CarrierDown>(event)) site.replica->carrier_down();
    if (std::holds_alternative<CarrierLoss>(event)) site.replica->carrier_lost(now(), effects);
    act(site, std::move(effects));
}

void World::act(Site& site, RealmEffects effects) {
    while (effects.more) {
        effects.more = false;
        site.replica->go_on(effects);
    }
    for (const auto& watch : effects.watches) {
        const auto there = site.watches.find(watch.subject);
        if (watch.on && there == site.watches.end()) {
            site.watches[watch.subject] = site.carrier->watch(watch.subject);
        } else if (!watch.on && there != site.watches.end()) {
            site.carrier->unwatch(there->second);
            site.watches.erase(there);
        }
    }
    for (const auto& post : effects.posts)
        (void)site.carrier->publish(post.subject, post.bytes, post.reply_to);
    for (const auto& message : effects.messages) {
        const auto* route = message.content.get<directory::RouteOverLoop>();
        const auto* cleared = message.content.get<directory::ClearSubscriberRoute>();
        if (!route && !cleared) continue;
        const auto text = site.by_id.find(route ? route->subscribed_id : cleared->subscribed_id);
        if (text == site.by_id.end()) continue;
        auto& found = site.searches.at(text->second).found;
        if (route) {
            found[route->name][route->route_id] = route->published_id;
        } else {
            ++cleared_;
            auto& routes = found[cleared->name];
            routes.erase(cleared->route_id);
            if (routes.empty()) found.erase(cleared->name);
        }
    }
    if (const auto due = site.replica->due(); due < site.due || site.due <= now()) {
        site.due = due;
        due_.push({due, site.number});
    }
}

void World::run(Duration time) {
    const auto end = now() + time;
    while (!due_.empty() && due_.top().first <= end) {
        const auto [when, number] = due_.top();
        due_.pop();
        hub.run(std::max(when, now()));
        auto& site = at(number);
        if (!site.replica) continue;
        if (site.stalled_until > now()) continue;
        if (!site.waiting.empty())
            for (const auto& event : std::exchange(site.waiting, {}))
                hear(site, event);
        if (site.replica->due() > now()) {
            if (site.due <= now()) {
                site.due = site.replica->due();
                due_.push({site.due, number});
            }
            continue;
        }
        RealmEffects effects;
        site.replica->tick(now(), effects);
        act(site, std::move(effects));
    }
    hub.run(end);
}

void World::publish(int number, const std::string& name) {
    publish(number, name, ids_.next());
}

void World::publish(int number, const std::string& name, const type::Uuid& id) {
    auto& site = at(number);
    if (!site.names.emplace(name, id).second) return;
    if (!site.replica) return;
    RealmEffects effects;
    site.replica->received(published(name, id), now(), effects);
    act(site, std::move(effects));
}

void World::withdraw(int number, const std::string& name) {
    auto& site = at(number);
    const auto there = site.names.find(name);
    if (there == site.names.end()) return;
    const auto id = there->second;
    site.names.erase(there);
    if (!site.replica) return;
    RealmEffects effects;
    site.replica->received(directory::ClearListings{{}, {id}}, now(), effects);
    act(site, std::move(effects));
}

void World::search(int number, const std::string& text) {
    auto& site = at(number);
    const auto [made, is_new] = site.searches.try_emplace(text);
    if (!is_new) return;
    made->second.id = ids_.next();
    if (!directory::is_plain(text)) made->second.pattern = std::make_shared<Pattern>(*Pattern::compile(text));
    site.by_id[made->second.id] = text;
    if (!site.replica) return;
    RealmEffects effects;
    site.replica->received(directory::Subscribed{text, directory::Scope::WAN, made->second.id, home}, now(), effects);
    act(site, std::move(effects));
}

void World::give_up(int number, const std::string& text) {
    auto& site = at(number);
    const auto there = site.searches.find(text);
    if (there == site.searches.end()) return;
    const auto id = there->second.id;
    site.searches.erase(there);
    site.by_id.erase(id);
    if (!site.replica) return;
    RealmEffects effects;
    site.replica->received(directory::ClearListings{{id}, {}}, now(), effects);
    act(site, std::move(effects));
}

std::optional<type::Uuid> World::found(int number, const std::string& text, const std::string& name) const {
    const auto& searches = sites_.at(static_cast<std::size_t>(number))->searches;
    const auto search = searches.find(text);
    if (search == searches.end()) return std::nullopt;
    const auto routes = search->second.found.find(name);
    if (routes == search->second.found.end()) return std::nullopt;
    return routes->second.begin()->second;
}

std::string World::difference() const {
    std::map<std::string, std::map<int, type::Uuid>> all;
    for (const auto& site : sites_)
        if (site->replica)
            for (const auto& [name, id] : site->names)
                all[name][site->number] = id;
    for (const auto& site : sites_) {
        if (!site->replica) continue;
        for (const auto& [text, search] : site->searches) {
            const auto who = fmt::format("site {}, \"{}\": ", site->number, text);
            for (const auto& [name, publishers] : all) {
                if (!search.matches(text, name)) continue;
                std::set<type::Uuid> good;
                for (const auto& [number, id] : publishers)
                    if (number != site->number) good.insert(id);
                const auto found = search.found.find(name);
                if (found == search.found.end()) {
                    if (good.empty()) continue;
                    return who + name + " is missing";
                }
                if (found->second.size() != 1) return who + name + " has several routes";
                if (!good.contains(found->second.begin()->second)) return who + name + " is another's";
            }
            for (const auto& [name, routes] : search.found)
                if (!all.contains(name)) return who + name + " is no more";
        }
    }
    return {};
}

std::optional<Duration> World::converge(Duration most) {
    const auto begin = now();
    while (!difference().empty()) {
        if (now() - begin >= most) return std::nullopt;
        run(100ms);
    }
    return now() - begin;
}

} // namespace layer_cake::realm
