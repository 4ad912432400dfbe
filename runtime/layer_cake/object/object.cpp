#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <layer_cake/object/elsewhere.hpp>
#include <layer_cake/object/extra.hpp>
#include <layer_cake/object/shard_send.hpp>

namespace layer_cake::object {

Object::Object(Profile& profile) : profile_(&profile) {}

Object::~Object() = default;

Extra& Object::extra() {
    if (!extra_) extra_ = std::make_unique<Extra>();
    return *extra_;
}

Instant Object::now() const {
    return Instant(std::chrono::nanoseconds(shard_->now()));
}

bool Object::logs(LogLevel level) const {
    return shard_->runtime().logs(level);
}

void Object::log(LogLevel level, std::string_view text, Fields fields) const {
    constexpr std::string_view tags = " _~^^?! "; // by level
    if (!logs(level) || (text.empty() && fields.size() == 0)) return;
    shard_->runtime().log({level, tags[static_cast<std::size_t>(level)], address(), name(), state_name(), text,
                           std::span(fields.begin(), fields.size())});
}

void Object::sample(std::string_view name, Fields values) const {
    if (!logs(LogLevel::trace)) return;
    shard_->runtime().log(
        {LogLevel::trace, '&', address(), this->name(), state_name(), name, std::span(values.begin(), values.size())});
}

Object::Asker Object::take_asker() {
    answered(from_);
    return {std::exchange(from_, {}), std::exchange(deadline_, 0)};
}

void Object::send(Any message, const Address& to) {
    answered(to);
    if (trails_) [[unlikely]]
        trail_sent("Sent", message, to, address());
    shard_->send(std::move(message), to, address(), 0);
}

void Object::send(Any message, const Address& to, Address return_address) {
    answered(to);
    if (trails_) [[unlikely]]
        trail_sent("Forward", message, to, return_address);
    answered(return_address); // whoever gets this answers it from now on
    shard_->send(std::move(message), to, std::move(return_address), 0);
}

void Object::reply(Any message) {
    deadline_ = 0; // what is done after the answer has all the time
    answered(from_);
    if (trails_) [[unlikely]]
        trail_sent("Sent", message, from_, address());
    shard_->send(std::move(message), from_, address(), 0);
}

void Object::forward(Any message, const Address& to) {
    answered(from_);
    if (trails_) [[unlikely]]
        trail_sent("Forward", message, to, from_);
    shard_->send(std::move(message), to, from_, deadline_);
}

void Object::answered_ask(std::int64_t id) {
    auto& open = extra_->in_hand;
    const auto found = std::find(open.rbegin(), open.rend(), id);
    if (found == open.rend()) return;
    *found = open.back();
    open.pop_back();
}

void Object::request(Any message, const Address& to, Duration patience, Then then) {
    shard_->request(*this, std::move(message), to, patience, std::move(then));
}

void Object::save(Any message) {
    answered(from_);
    extra().saved.push(seal(std::move(message), id_.number, from_, deadline_));
    ++queued_;
    saved_now_ = attention_ = true;
}

Address Object::attach(std::unique_ptr<Object> child) {
    const auto address = launch(std::move(child), Place{});
    extra_->children.at(address.id()).attached = true;
    ++extra_->attached;
    return address;
}

Address Object::launch(std::unique_ptr<Object> child, const Place& place) {
    const Id id = shard_->launch(std::move(child), place, id_);
    extra().children.try_emplace(id.number);
    extra_->stopping = false;
    return Address(id.number);
}

namespace {

/// Stands for an object that could not be made: ends at once.
class Unmade final : public Object {
public:
    Unmade(Profile& profile, Any fault) : Object(profile), fault_(std::move(fault)) {}

private:
    bool wants_start() const override { return true; }
    void accept(Box* box) override {
        Any message;
        if (take(box, message)) complete(std::move(fault_));
        after_handler();
    }
    void call_then(const Then& then, Any value) override { then(*this, std::move(value)); }

    Any fault_;
};

} // namespace

Address Object::launch_elsewhere(Elsewhere&& object, const Place& place) {
    auto& profile = *object.profile;
    auto& runtime = shard_->runtime();
    auto problem = std::move(object.problem);
    if (problem.empty() && !runtime.options_.elsewhere) problem = "its parent is in no program that runs by lc::run()";
    if (problem.empty() && place.program.empty())
        if (auto maker = find_maker(object.name); !maker)
            problem = maker.error().fault == Fault::missing ? "it has no name (LAYER_CAKE_OBJECT gives it one)"
                                                            : std::move(maker).error().detail;
    auto here = place;
    here.kind = Place::Kind::here;
    if (!problem.empty())
        return launch(
            std::make_unique<Unmade>(
                profile, type::Faulted{"cannot start process", fmt::format("{}: {}", profile.name, problem), {}, {}}),
            here);
    object.place = here;
    return launch(runtime.options_.elsewhere(std::move(object)), here);
}

Address Object::launch_program(Any settings, const Place& place) {
    static auto* const profile = new Profile{.name = "program"}; // objects may end after the program's statics
    Elsewhere object{profile, {}, {}, {}, place.program.empty() ? "the place names no program" : ""};
    if (settings) object.arguments.push_back(std::move(settings));
    return launch_elsewhere(std::move(object), place);
}

void Object::on_return(const Address& child, Then then) {
    if (!extra_) return;
    const auto found = extra_->children.find(child.id());
    if (found != extra_->children.end()) found->second.then = std::make_unique<Then>(std::move(then));
}

void Object::assign(const Address& child, Any context) {
    if (!extra_) return;
    const auto found = extra_->children.find(child.id());
    if (found != extra_->children.end()) found->second.context = std::move(context);
}

Any* Object::progress(const Address& child) {
    if (!extra_) return nullptr;
    const auto found = extra_->children.find(child.id());
    return found == extra_->children.end() || !found->second.context ? nullptr : &found->second.context;
}

Any Object::debrief() {
    return extra_ ? std::move(extra_->context) : Any{};
}

std::size_t Object::working() const {
    return extra_ ? extra_->children.size() - extra_->attached : 0;
}

void Object::stop_children() {
    if (!extra_ || extra_->stopping) return;
    extra_->stopping = true;
    for (const auto& [child, about] : extra_->children)
        shard_->send(type::Stop{}, Address(child), address(), 0);
}

std::size_t Object::abort(Any value) {
    extra().aborted = std::move(value);
    stop_children();
    return working();
}

void Object::complete(Any value) {
    if (stage_ != Stage::running) return;
    extra().result = std::move(value);
    stage_ = Stage::completing;
    attention_ = true;
}

void Object::faulted(std::string explanation) {
    complete(type::Faulted{"object faulted", std::move(explanation), {}, {}});
}

void Object::faulted_by_exception() {
    stage_ = Stage::running; // a fault counts more than what it had completed with before
    try {
        throw;
    } catch (const std::exception& exception) {
        faulted(std::string("unhandled exception (") + exception.what() + ")");
    } catch (...) {
        faulted("unhandled exception (not a std::exception)");
    }
}

void Object::dropped(const Any& message) {
    if (trails_) trail_received("Dropped", *message.info(), from_);
    shard_->note(Notice::What::dropped, this, message.info());
}

void Object::start_timer(const type::Info& info, Duration after, Duration every) {
    ObjectTimer* timer = nullptr;
    for (const auto& known : extra().timers)
        if (known->info == &info) timer = known.get();
    if (!timer) {
        timer = extra_->timers.emplace_back(std::make_unique<ObjectTimer>()).get();
        timer->owner = this;
        timer->info = &info;
        timer->passed = [](Deadline& passed, Shard& shard) { shard.enqueue_timer(static_cast<ObjectTimer&>(passed)); };
    }
    timer->serial = 0;
    timer->every = every > Duration::zero() ? std::max<std::int64_t>(every.count(), 1'000'000) : 0;
    shard_->timers().set(*timer, shard_->after(after));
}

void Object::cancel_timer(const type::Info& info) {
    if (!extra_) return;
    for (const auto& timer : extra_->timers)
        if (timer->info == &info) {
            timer->serial = 0;
            shard_->timers().cancel(*timer);
        }
}

bool Object::take_special(Box* box) {
    auto& outside = envelope(*box);
    const auto from = outside.from.id();
    if (from < 0) {
        const auto& timers = extra().timers;
        const auto due =
            std::find_if(timers.begin(), timers.end(), [&](const auto& timer) { return timer->serial == -from; });
        if (due == timers.end()) { // cancelled or started anew while this was under way
            open(box);
            return false;
        }
        (*due)->serial = 0;
        outside.from = {};
        return true;
    }
    if (Id{from}.is_ask()) extra().in_hand.push_back(from);
    if (box->info != &type::info_of<type::Returned>() || !extra_) return true;
    const auto child = extra_->children.find(from);
    if (child == extra_->children.end()) return true;
    auto about = std::move(child->second);
    extra_->children.erase(child);
    if (about.attached) {
        --extra_->attached;
        open(box);
        return false;
    }
    extra_->context = std::move(about.context);
    if (!about.then) return true;
    from_ = outside.from;
    deadline_ = 0;
    auto returned = open(box);
    if (trails_) trail_received("Received", *returned.info(), from_);
    call_then(*about.then, std::move(returned.get<type::Returned>()->message)); // may destroy this object
    return false;
}

void Object::accept_ending(Box* box) {
    --queued_;
    if (box->info == &type::info_of<type::Returned>() && forget_child(envelope(*box).from.id())) {
        open(box);
        end_when_alone();
        return;
    }
    shard_->refuse_ended(box, *this);
}

bool Object::forget_child(std::int64_t id) {
    if (!extra_) return false;
    const auto child = extra_->children.find(id);
    if (child == extra_->children.end()) return false;
    if (child->second.attached) --extra_->attached;
    extra_->children.erase(child);
    return true;
}

/// Nobody else can answer what its code has taken and neither answered nor handed on.
void Object::answer_open_asks() {
    for (const auto asked : std::exchange(extra_->in_hand, {}))
        shard_->send(type::Faulted{"no answer", std::string(name()) + " has ended", {}, {}}, Address(asked), address(),
                     0);
}

void Object::after_handler_slowly() {
    if (replaying_) return;
    if (stage_ == Stage::running && !saved_now_ && !extra_->saved.empty()) {
        BoxQueue again;
        again.swap(extra_->saved);
        replaying_ = true;
        while (stage_ == Stage::running)
            if (Box* box = again.pop())
                accept(box);
            else
                break;
        replaying_ = false;
        if (stage_ != Stage::running) extra_->saved.prepend(again);
    }
    saved_now_ = false;
    attention_ = !extra_->saved.empty();
    if (stage_ == Stage::completing) begin_end();
}

void Object::begin_end() {
    stage_ = Stage::ending;
    auto& own = extra();
    if (own.aborted) own.result = std::move(own.aborted);
    release_code();
    for (const auto& timer : own.timers)
        shard_->timers().cancel(*timer);
    while (own.asks)
        shard_->forget(own.asks);
    while (Box* box = own.saved.pop())
        shard_->refuse_ended(box, *this);
    answer_open_asks();
    stop_children();
    end_when_alone();
}

void Object::end_when_alone() {
    if (stage_ == Stage::ending && (!extra_ || extra_->children.empty())) shard_->end(*this);
}

} // namespace layer_cake::object
