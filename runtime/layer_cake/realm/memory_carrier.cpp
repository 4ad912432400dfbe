#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/realm/memory_carrier.hpp>

namespace layer_cake::realm {
namespace {

/// Whether a watched subject, which may have `*` and `>`, takes a published one.
bool matches(std::string_view watched, std::string_view subject) {
    for (;;) {
        const auto here = watched.substr(0, watched.find('.'));
        const auto there = subject.substr(0, subject.find('.'));
        if (here == ">") return !subject.empty();
        if (here != there && here != "*") return false;
        const bool ends_here = here.size() == watched.size(), ends_there = there.size() == subject.size();
        if (ends_here || ends_there) return ends_here && ends_there;
        watched.remove_prefix(here.size() + 1);
        subject.remove_prefix(there.size() + 1);
    }
}

} // namespace

struct MemoryHub::State {
    struct Watched {
        Member* member;
        WatchId id;
        std::string subject, share;
    };
    struct Due {
        Instant when;
        std::uint64_t sequence;
        Member* member; ///< whom it is for; it may be gone
        std::uint64_t life;
        CarrierEvent event;
        bool operator<(const Due& other) const {
            return when != other.when ? when > other.when : sequence > other.sequence;
        }
    };

    // Its calls, and those of its carriers, come from the threads of several owners when its time is not virtual.
    std::recursive_mutex mutex;
    bool is_virtual = false;
    Random random{1};
    Weather weather;
    ManualClock clock;
    std::set<int> parted;
    std::priority_queue<Due> queue;
    std::set<Member*> members;
    std::unordered_map<std::string, std::vector<Watched>> exact;
    std::vector<Watched> wild;
    std::map<int, Figures> figures;
    std::uint64_t sequence = 0, lives = 0, inboxes = 0;
    WatchId last_watch = 0;

    void send(Member& to, CarrierEvent event, bool at_once);
    void deliver(Member& to, CarrierEvent event);
    void publish(Member& from, std::string_view subject, std::string_view bytes, std::string_view reply_to);
    bool may_hear(const Member& from, const Member& to) const;
    void pass(Member& from, const Watched& to, const Carried& message);
};

class MemoryHub::Member final : public Carrier {
public:
    Member(std::shared_ptr<State> state, int place, std::size_t longest)
        : place(place), state_(std::move(state)), longest_(longest) {
        const std::lock_guard guard(state_->mutex);
        life = ++state_->lives;
        inbox_ = fmt::format("_INBOX.{}", ++state_->inboxes);
        state_->members.insert(this);
    }
    ~Member() override {
        const std::lock_guard guard(state_->mutex);
        state_->members.erase(this);
        const auto is_mine = [this](const auto& one) { return one.member == this; };
        for (auto at = state_->exact.begin(); at != state_->exact.end();) {
            std::erase_if(at->second, is_mine);
            at = at->second.empty() ? state_->exact.erase(at) : std::next(at);
        }
        std::erase_if(state_->wild, is_mine);
    }

    void open(Sink sink) override {
        const std::lock_guard guard(state_->mutex);
        this->sink = std::move(sink);
        if (is_up) state_->send(*this, CarrierUp{}, true);
    }
    WatchId watch(std::string subject, std::string share) override {
        const std::lock_guard guard(state_->mutex);
        const auto id = ++state_->last_watch;
        const bool is_exact = subject.find_first_of("*>") == std::string::npos;
        auto& all = is_exact ? state_->exact[subject] : state_->wild;
        all.push_back({this, id, std::move(subject), std::move(share)});
        subjects_[id] = all.back().subject;
        return id;
    }
    void unwatch(WatchId watch) override {
        const std::lock_guard guard(state_->mutex);
        const auto subject = subjects_.find(watch);
        if (subject == subjects_.end()) return;
        const auto is_it = [&](const auto& one) { return one.id == watch; };
        if (const auto exact = state_->exact.find(subject->second); exact != state_->exact.end()) {
            std::erase_if(exact->second, is_it);
            if (exact->second.empty()) state_->exact.erase(exact);
        } else {
            std::erase_if(state_->wild, is_it);
        }
        subjects_.erase(subject);
    }
    Result<void> publish_from(std::string& bytes, std::string_view subject, std::string_view reply_to) override {
        const std::lock_guard guard(state_->mutex);
        if (bytes.size() > longest_)
            return fail(Fault::invalid, fmt::format("{} bytes are more than a message has", bytes.size()));
        if (!is_up) return fail(Fault::disconnected, "not connected");
        state_->publish(*this, subject, bytes, reply_to);
        return ok();
    }
    std::string inbox() const override { return inbox_; }
    std::size_t longest() const override { return longest_; }

    int place;
    std::uint64_t life;
    bool is_up = true;
    Sink sink;

private:
    std::shared_ptr<State> state_;
    std::size_t longest_;
    std::string inbox_;
    std::unordered_map<WatchId, std::string> subjects_;
};

bool MemoryHub::State::may_hear(const Member& from, const Member& to) const {
    return to.is_up && parted.contains(from.place) == parted.contains(to.place);
}

void MemoryHub::State::publish(Member& from, std::string_view subject, std::string_view bytes,
                               std::string_view reply_to) {
    auto& count = figures[from.place];
    ++count.published;
    count.published_bytes += subject.size() + reply_to.size() + bytes.size();
    const Carried message{0, std::string(subject), std::string(reply_to), std::string(bytes)};
    std::vector<Watched> to;
    if (const auto there = exact.find(message.subject); there != exact.end()) to = there->second;
    for (const auto& one : wild)
        if (matches(one.subject, subject)) to.push_back(one);
    std::map<std::pair<std::string, std::string>, std::vector<Watched>> shared;
    for (const auto& one : to) {
        if (one.member == &from || !may_hear(from, *one.member)) continue;
        if (one.share.empty())
            pass(from, one, message);
        else
            shared[{one.subject, one.share}].push_back(one);
    }
    for (const auto& [share, all] : shared)
        pass(from, all[random.up_to(all.size() - 1)], message);
}

void MemoryHub::State::pass(Member& from, const Watched& to, const Carried& message) {
    auto copy = message;
    copy.watch = to.id;
    if (is_virtual && random.up_to(999) < weather.lost) {
        ++figures[from.place].lost;
        return;
    }
    if (is_virtual && random.up_to(999) < weather.doubled) {
        ++figures[from.place].doubled;
        send(*to.member, copy, false);
    }
    send(*to.member, std::move(copy), false);
}

void MemoryHub::State::send(Member& to, CarrierEvent event, bool at_once) {
    if (!is_virtual) return deliver(to, std::move(event));
    const auto most = static_cast<std::uint64_t>((weather.longest - weather.shortest).count());
    const auto delay = at_once ? Duration::zero() : weather.shortest + Duration(random.up_to(most));
    queue.push({clock.now() + delay, ++sequence, &to, to.life, std::move(event)});
}

void MemoryHub::State::deliver(Member& to, CarrierEvent event) {
    if (!to.sink) return;
    WatchId watch = 0;
    if (const auto* carried = std::get_if<Carried>(&event)) {
        watch = carried->watch;
        auto& count = figures[to.place];
        ++count.delivered;
        count.delivered_bytes += carried->subject.size() + carried->reply_to.size() + carried->bytes.size();
    }
    if (!to.sink(std::move(event))) (void)to.sink(CarrierLoss{watch, 1});
}

MemoryHub::MemoryHub() : state_(std::make_shared<State>()) {}

MemoryHub::MemoryHub(std::uint64_t seed, Weather weather) : MemoryHub() {
    state_->is_virtual = true;
    state_->random = Random(seed);
    state_->weather = weather;
}

MemoryHub::~MemoryHub() {
    const std::lock_guard guard(state_->mutex);
    for (auto* member : state_->members)
        member->is_up = false;
}

std::unique_ptr<Carrier> MemoryHub::carrier(int place, std::size_t longest) {
    return std::make_unique<Member>(state_, place, longest);
}

void MemoryHub::set_weather(Weather weather) {
    state_->weather = weather;
}

void MemoryHub::part(std::set<int> places) {
    const std::lock_guard guard(state_->mutex);
    state_->parted = std::move(places);
}

void MemoryHub::cut(int place) {
    const std::lock_guard guard(state_->mutex);
    for (auto* member : state_->members)
        if (member->place == place && std::exchange(member->is_up, false))
            state_->send(*member, CarrierDown{"cut"}, true);
}

void MemoryHub::restore(int place) {
    const std::lock_guard guard(state_->mutex);
    for (auto* member : state_->members)
        if (member->place == place && !std::exchange(member->is_up, true)) state_->send(*member, CarrierUp{}, true);
}

Instant MemoryHub::now() const {
    return state_->clock.now();
}

std::optional<Instant> MemoryHub::due() const {
    return state_->queue.empty() ? std::nullopt : std::optional(state_->queue.top().when);
}

void MemoryHub::run(Instant until) {
    auto& state = *state_;
    while (!state.queue.empty() && state.queue.top().when <= until) {
        auto next = std::move(const_cast<State::Due&>(state.queue.top()));
        state.queue.pop();
        state.clock.advance(next.when - state.clock.now());
        if (!state.members.contains(next.member) || next.member->life != next.life) continue;
        if (std::holds_alternative<Carried>(next.event) && !next.member->is_up) continue;
        state.deliver(*next.member, std::move(next.event));
    }
    if (until > state.clock.now()) state.clock.advance(until - state.clock.now());
}

MemoryHub::Figures MemoryHub::figures() const {
    Figures all;
    for (const auto& [place, one] : state_->figures) {
        all.published += one.published;
        all.published_bytes += one.published_bytes;
        all.delivered += one.delivered;
        all.delivered_bytes += one.delivered_bytes;
        all.lost += one.lost;
        all.doubled += one.doubled;
    }
    return all;
}

MemoryHub::Figures MemoryHub::figures(int place) const {
    const auto found = state_->figures.find(place);
    return found == state_->figures.end() ? Figures{} : found->second;
}

} // namespace layer_cake::realm
