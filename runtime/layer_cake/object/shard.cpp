#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/object/internal.hpp>
#include <layer_cake/object/outbound.hpp>
#include <layer_cake/object/overflow.hpp>
#include <layer_cake/object/shard_send.hpp>
#include <stdexcept>

namespace layer_cake::object {

Shard::Shard(Runtime& runtime, Port& port, std::uint32_t number, std::uint32_t first_generation, std::string name,
             bool own)
    : runtime_(runtime),
      port_(port),
      number_(number),
      name_(std::move(name)),
      table_(number, first_generation),
      own_(own),
      loop_timer_(loop_),
      wake_(loop_, port.fd()) {
    port_.open();
    wake_.start(Poll::readable, [this](int) { port_.drain(); });
}

Shard::~Shard() = default;

std::int64_t Shard::after(Duration time) const {
    constexpr std::int64_t end = INT64_MAX;
    const auto from = now();
    if (time <= Duration::zero()) return from;
    return time.count() > end - from ? end : from + time.count();
}

Any Shard::gone(std::string explanation) {
    return type::Faulted{"no such object", std::move(explanation), {}, {}};
}

Any Shard::outbound(Any message, const Address& to) {
    return Any::make<Outbound>(to.at_far_end(), std::move(message));
}

void Shard::enqueue_special(Box* box) {
    const Id to{envelope(*box).to};
    if (to.number > 0 && to.slot() == 0)
        control(box);
    else
        refuse(box, gone("it has ended"), Notice::What::dead_letter);
}

bool Shard::comes_through(Box* box, const Object& object) {
    // What ends things has to.
    if (box->info == &type::info_of<type::Stop>() || box->info == &type::info_of<type::Returned>()) return true;
    refuse(box, type::Overloaded{{"overloaded", fmt::format("mailbox of {} is full", object.name()), {}, {}}},
           Notice::What::overflow);
    return false;
}

void Shard::put_out(std::uint32_t shard, Box* box) {
    if (shard >= outgoing_.size()) outgoing_.resize(shard + 1);
    auto& outgoing = outgoing_[shard];
    if (outgoing.count == 0) {
        dirty_.push_back(shard);
        outgoing.oldest = box;
    }
    box->next = outgoing.newest;
    outgoing.newest = box;
    if (++outgoing.count == outgoing_batch) flush(outgoing, shard);
}

void Shard::refuse(Box* box, Any reason, Notice::What what) {
    const Id to{envelope(*box).to};
    const Address from = envelope(*box).from;
    const auto* info = box->info;
    const Any message = open(box);
    if (Id{from.id()} && Id{from.id()}.is_ask()) return send(std::move(reason), from, Address(to.number), 0);
    if (to && to.is_ask()) return;                    // an answer that nobody waits for any more
    if (info == &type::info_of<type::Stop>()) return; // it has ended, as it was to
    auto& count = what == Notice::What::overflow ? runtime_.overflows_ : runtime_.dead_letters_;
    count.fetch_add(1, std::memory_order_relaxed);
    if (runtime_.options_.watch) runtime_.options_.watch({what, Address(to.number), {}, info, nullptr});
}

void Shard::refuse(Any message, const Address& to, Address from, Any reason, Notice::What what) {
    refuse(seal(std::move(message), to.id(), std::move(from)), std::move(reason), what);
}

void Shard::refuse_ended(Box* box, const Object& object) {
    refuse(box, gone(fmt::format("{} has ended", object.name())), Notice::What::dead_letter);
}

void Shard::note(Notice::What what, const Object* object, const type::Info* message, const Any* value) {
    if (what == Notice::What::dropped) runtime_.dropped_.fetch_add(1, std::memory_order_relaxed);
    if (runtime_.options_.watch)
        runtime_.options_.watch({what, object ? object->address() : Address{},
                                 object ? object->name() : std::string_view{}, message, value,
                                 object ? object->parent() : Address{}, object ? object->stack_used() : 0});
}

Id Shard::launch(std::unique_ptr<Object> object, const Place& place, Id parent) {
    auto& child = *object;
    child.parent_ = parent;
    child.limit_ = static_cast<std::uint32_t>(std::min<std::size_t>(place.mailbox, UINT32_MAX));
    child.placed(place);
    if (place.kind == Place::Kind::here || (place.kind == Place::Kind::named && place.thread == name_)) {
        child.id_ = table_.add(&child);
        if (!child.id_) throw std::runtime_error("too many objects");
        adopt(std::move(object));
        return child.id_;
    }
    child.id_ = runtime_.reserve(place);
    if (!child.id_) throw std::runtime_error("too many objects");
    const Id id = child.id_;
    // Not with the batch: whoever learns the address may be faster.
    Box* box = seal(Any::make<Adopt>(std::move(object)), Id::control(id.shard()).number, {});
    box->next = nullptr;
    Outgoing alone{box, box, 1};
    flush(alone, id.shard());
    return id;
}

void Shard::adopt(std::unique_ptr<Object> owned) {
    Object& object = *owned.release(); // the table's ids lead to it; end() deletes it
    object.shard_ = this;
    object.trails_ = runtime_.trails();
    adopted_ = true;
    object.profile_->created.fetch_add(1, std::memory_order_relaxed);
    if (runtime_.options_.watch) note(Notice::What::created, &object, nullptr);
    if (!object.wants_start()) return;
    ++object.queued_;
    queue_.push(seal(type::Start{}, object.id_.number, Address(object.parent_.number)));
}

void Shard::end(Object& object) {
    const std::unique_ptr<Object> owned(&object);
    auto& extra = object.extra();
    table_.remove(object.id_);
    if (runtime_.options_.watch) note(Notice::What::ended, &object, nullptr, &extra.result);
    if (object.parent_)
        send(type::Any::make<type::Returned>(std::move(extra.result)), object.parent(), object.address(), 0);
    else
        runtime_.ended(object.address(), std::move(extra.result));
}

Ask* Shard::request(Object& owner, Any message, const Address& to, Duration patience, Object::Then then) {
    auto room = std::make_unique<Ask>();
    const Id id = table_.add(room.get(), true);
    if (!id) throw std::runtime_error("too many requests");
    auto* ask = room.release(); // forget() deletes it
    ask->owner = &owner;
    ask->then = std::move(then);
    ask->passed = [](Deadline& deadline, Shard& shard) {
        shard.answer(static_cast<Ask&>(deadline), type::TimedOut{}, {});
    };
    ask->answered = [](Awaited& awaited, Any value, const Address& from, Shard& shard) {
        shard.answer(static_cast<Ask&>(awaited), std::move(value), from);
    };
    auto& first = owner.extra().asks;
    ask->next = first;
    ask->link = &first;
    if (first) first->link = &ask->next;
    first = ask;
    ask->id = id;
    auto due = after(patience);
    if (owner.deadline_ != 0) due = std::min(due, owner.deadline_);
    timers_.set(*ask, due);
    if (owner.trails_) [[unlikely]]
        owner.trail_sent("Sent", message, to, Address(ask->id.number));
    send(std::move(message), to, Address(ask->id.number), due);
    return ask;
}

void Shard::await(Awaited& awaited) {
    awaited.id = table_.add(&awaited, true);
}

void Shard::forget(Awaited& awaited) {
    if (awaited.queued()) timers_.cancel(awaited);
    if (awaited.id) table_.remove(std::exchange(awaited.id, {}));
}

void Shard::forget(Ask* ask) {
    forget(static_cast<Awaited&>(*ask));
    *ask->link = ask->next;
    if (ask->next) ask->next->link = ask->link;
    delete ask;
}

void Shard::answer(Ask& ask, Any value, const Address& from) {
    auto& owner = *ask.owner;
    const auto then = std::move(ask.then);
    forget(&ask);
    running_.id.store(owner.id_.number, std::memory_order_relaxed);
    running_.profile.store(owner.profile_, std::memory_order_relaxed);
    if (owner.trails_) [[unlikely]]
        owner.trail_received("Received", *value.info(), from);
    owner.call_then(then, std::move(value)); // may end the owner
}

void Shard::enqueue_timer(ObjectTimer& timer) {
    if (timer.every != 0) timers_.set(timer, std::max(timer.due + timer.every, now() + 1));
    if (timer.serial != 0) return; // the last one has not been taken yet
    timer.serial = ++serial_;
    ++timer.owner->queued_;
    queue_.push(seal(Any::make(*timer.info), timer.owner->id_.number, Address(-timer.serial)));
}

void Shard::control(Box* box) {
    Any order = open(box);
    if (auto* adopt_this = order.get<Adopt>()) {
        auto object = std::move(adopt_this->object);
        table_.install(object->id_, object.get());
        adopt(std::move(object));
    } else if (auto* census = order.get<Census>()) {
        std::vector<Alive> all;
        table_.each([&](void* what) {
            const auto& object = *static_cast<Object*>(what);
            all.push_back({object.address(), std::string(object.name()), name_, false});
        });
        const std::lock_guard guard(census->lists->mutex);
        census->lists->by_shard[number_] = std::move(all);
        census->lists->changed.notify_all();
    } else if (order.is<Quit>()) {
        quit_ = true;
    }
}

void Shard::flush(Outgoing& outgoing, std::uint32_t to) {
    const auto batch = std::exchange(outgoing, {});
    if (batch.count == 0) return;
    auto* port = runtime_.port(to);
    const auto pushed = port ? port->push(batch.newest, batch.oldest, batch.count) : Port::Pushed::closed;
    if (pushed == Port::Pushed::taken) return;
    batch.oldest->next = nullptr;
    BoxQueue refused;
    for (Box* box = batch.newest; box;) {
        Box* next = box->next;
        refused.push_front(box);
        box = next;
    }
    while (Box* box = refused.pop()) {
        if (box->info == &type::info_of<Adopt>()) {
            // Its thread is gone: it ends before it began.
            const auto object = std::move(static_cast<Adopt*>(box->value())->object);
            open(box);
            send(type::Returned{type::Faulted{"object faulted", "its thread has ended", {}, {}}}, object->parent(),
                 object->address(), 0);
        } else if (pushed == Port::Pushed::full) {
            refuse(box, type::Overloaded{{"overloaded", "its thread takes no more", {}, {}}}, Notice::What::overflow);
        } else {
            refuse(box, gone("it has ended"), Notice::What::dead_letter);
        }
    }
}

void Shard::flush_all() {
    while (!dirty_.empty()) {
        const auto to = dirty_.back();
        dirty_.pop_back();
        flush(outgoing_[to], to);
    }
}

} // namespace layer_cake::object
