#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/object/internal.hpp>
#include <layer_cake/object/outbound.hpp>
#include <layer_cake/object/shard.hpp>

namespace layer_cake::object {

struct Runtime::Member {
    std::unique_ptr<Port> port; ///< outlives the shard: senders may still hold on to it
    std::unique_ptr<Shard> shard;
    std::thread thread;
    bool done = true; ///< its thread is over, or was never begun
};

Runtime::Runtime(Options options)
    : options_(std::move(options)),
      clock_(options_.clock ? options_.clock : &system_clock_),
      ports_(new std::atomic<Port*>[Id::shards]()) {
    const std::lock_guard guard(mutex_);
    members_.reserve(Id::shards); // found by number without a lock
    named_["main"] = 0;
    add_shard("main", false);
}

Runtime::~Runtime() {
    {
        std::unique_lock lock(mutex_);
        for (const auto& member : members_)
            if (!member->done) {
                const auto number = member->shard->number();
                push(number, seal(Quit{}, Id::control(number).number, {}));
            }
        changed_.wait(lock, [&] {
            return std::all_of(members_.begin(), members_.end(), [](const auto& member) { return member->done; });
        });
    }
    for (auto& member : members_) {
        if (member->thread.joinable()) member->thread.join();
        if (!options_.threads && member == members_.front()) member->shard->tear_down();
        member->shard.reset();
    }
}

Runtime::Member& Runtime::add_shard(const std::string& name, bool own) {
    std::uint32_t number = 0;
    while (number < members_.size() && members_[number]->shard)
        ++number;
    if (number == Id::shards) throw std::runtime_error("too many threads");
    if (number == members_.size()) {
        members_.emplace_back(std::make_unique<Member>());
        generations_.push_back(0);
        members_[number]->port = std::make_unique<Port>();
        ports_[number].store(members_[number]->port.get(), std::memory_order_release);
    }
    auto& member = *members_[number];
    member.shard = std::make_unique<Shard>(*this, *member.port, number, generations_[number], name, own);
    if (number == 0 && !options_.threads) return member;
    try {
        member.thread = std::thread([this, number, shard = member.shard.get()] {
            shard->run();
            const std::lock_guard guard(mutex_);
            members_[number]->done = true;
            generations_[number] = shard->table().next_generation();
            if (shard->own_) finished_.push_back(number);
            changed_.notify_all();
        });
    } catch (...) {
        member.shard.reset();
        throw;
    }
    member.done = false; // its end waits for the lock that is held here
    return member;
}

void Runtime::join_finished() {
    for (const auto number : finished_) {
        auto& member = *members_[number];
        member.thread.join();
        member.shard.reset();
    }
    finished_.clear();
}

Id Runtime::reserve(const Place& place) {
    const std::lock_guard guard(mutex_);
    if (place.kind == Place::Kind::own) {
        join_finished();
        return add_shard("own", true).shard->table().reserve();
    }
    const auto known = named_.find(place.thread);
    if (known != named_.end()) return members_[known->second]->shard->table().reserve();
    auto& member = add_shard(place.thread, false);
    named_[place.thread] = member.shard->number();
    return member.shard->table().reserve();
}

bool Runtime::push(std::uint32_t number, Box* box) {
    auto* to = port(number);
    if (to && to->push(box, box, 1) == Port::Pushed::taken) return true;
    open(box);
    return false;
}

Address Runtime::start_root(std::unique_ptr<Object> root) {
    const std::lock_guard guard(mutex_);
    assert(!root_ && "a runtime has one root at a time");
    value_.reset();
    Place place;
    root->limit_ = static_cast<std::uint32_t>(place.mailbox);
    root->placed(place);
    root->id_ = members_[0]->shard->table().reserve();
    root_ = root->address();
    push(0, seal(Any::make<Adopt>(std::move(root)), Id::control(0).number, {}));
    return root_;
}

Address Runtime::service(const std::string& name, const MakeService& make) {
    std::unique_lock lock(mutex_);
    auto& shard = *members_[0]->shard;
    if (const auto there = services_.find(name); there != services_.end()) {
        const auto address = there->second;
        lock.unlock();
        // Another thread has made it, and what this one sends does not come through the port behind it.
        if (Shard::current() == &shard && !shard.table().find(Id{address.id()})) shard.take_in();
        return address;
    }
    if (!root_ || root_has_ended_) return {};
    const auto provided = provided_.find(name);
    auto object = provided != provided_.end() ? provided->second() : make();
    const auto place = here().with_mailbox(1u << 18);
    object->limit_ = static_cast<std::uint32_t>(place.mailbox);
    object->placed(place);
    object->id_ = shard.table().reserve();
    const auto address = object->address();
    services_[name] = address;
    const auto* here = Shard::current();
    if (here != &shard && (here || options_.threads)) {
        push(0, seal(Any::make<Adopt>(std::move(object)), Id::control(0).number, {}));
        return address;
    }
    lock.unlock(); // what is sent to it from this thread does not come through the port
    shard.table().install(object->id_, object.get());
    shard.adopt(std::move(object));
    return address;
}

void Runtime::provide(const std::string& name, MakeService make) {
    const std::lock_guard guard(mutex_);
    provided_[name] = std::move(make);
}

void Runtime::ended(const Address& object, Any value) {
    std::unique_lock lock(mutex_);
    if (object == root_) {
        root_has_ended_ = true;
        last_value_ = std::move(value);
        for (const auto& [name, service] : services_)
            push(0, seal(type::Stop{}, service.id(), {}));
    } else {
        std::erase_if(services_, [&](const auto& one) { return one.second == object; });
    }
    if (root_has_ended_ && services_.empty()) finish(lock);
}

void Runtime::finish(std::unique_lock<std::mutex>& lock) {
    value_ = std::move(last_value_);
    root_ = {};
    root_has_ended_ = false;
    changed_.notify_all();
    lock.unlock();
    if (options_.ended) options_.ended();
}

Any Runtime::wait() {
    if (!options_.threads) settle();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return value_.has_value(); });
    Any value = std::move(*value_);
    value_.reset();
    return value;
}

std::optional<Any> Runtime::wait(Duration patience) {
    if (!options_.threads) settle();
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience, [&] { return value_.has_value(); })) return std::nullopt;
    std::optional<Any> value = std::move(*value_);
    value_.reset();
    return value;
}

void Runtime::offer(const std::string& name, Report report) {
    const std::lock_guard guard(mutex_);
    reports_.try_emplace(name, std::move(report));
}

codec::Value Runtime::report() {
    std::map<std::string, Report> reports;
    {
        const std::lock_guard guard(mutex_);
        reports = reports_;
    }
    codec::Object all;
    for (const auto& [name, report] : reports)
        all.emplace_back(name, report(*this));
    return all;
}

Result<Any> Runtime::stop(Duration deadline) {
    Address root;
    {
        const std::lock_guard guard(mutex_);
        root = root_;
        if (!root && !value_) return fail(Fault::not_running, "nothing runs");
    }
    if (root) send(type::Stop{}, root);
    if (auto value = wait(deadline)) return std::move(*value);
    std::string names;
    for (const auto& object : alive())
        names += fmt::format("{}{} <{:08x}> on {}{}", names.empty() ? "" : ", ", object.name, object.object.id(),
                             object.thread, object.stuck ? " (stuck)" : "");
    return fail(Fault::timed_out, "still alive: " + names);
}

void Runtime::send(Any message, const Address& to) {
    if (!message) message = type::Anything{};
    if (!to.is_local()) message = Any::make<Outbound>(to.at_far_end(), std::move(message));
    if (!push(Id{to.id()}.shard(), seal(std::move(message), to.id(), {}))) dead_letters_.fetch_add(1);
}

std::vector<Alive> Runtime::alive(Duration patience) {
    if (!options_.threads) settle();
    const auto lists = std::make_shared<Census::Lists>();
    std::size_t asked = 0;
    {
        const std::lock_guard guard(mutex_);
        for (const auto& member : members_)
            if (member->shard && !member->done &&
                push(member->shard->number(), seal(Census{lists}, Id::control(member->shard->number()).number, {})))
                ++asked;
        if (!options_.threads) {
            push(0, seal(Census{lists}, Id::control(0).number, {}));
            ++asked;
        }
    }
    if (!options_.threads) settle();
    std::vector<Alive> all;
    std::unique_lock lock(lists->mutex);
    lists->changed.wait_for(lock, patience, [&] { return lists->by_shard.size() >= asked; });
    const auto answered = lists->by_shard;
    lock.unlock();
    const std::lock_guard guard(mutex_);
    for (const auto& member : members_) {
        if (!member->shard) continue;
        const auto found = answered.find(member->shard->number());
        if (found != answered.end()) {
            all.insert(all.end(), found->second.begin(), found->second.end());
        } else if (const auto* profile = member->shard->running().profile.load(); profile && !member->done) {
            all.push_back({Address(member->shard->running().id.load()), profile->name, member->shard->name(), true});
        }
    }
    return all;
}

Counts Runtime::counts() const {
    return {dead_letters_.load(), overflows_.load(), dropped_.load()};
}

void Runtime::settle() {
    assert(!options_.threads);
    members_[0]->shard->settle();
}

Shard& Runtime::main_shard() {
    return *members_[0]->shard;
}

} // namespace layer_cake::object
