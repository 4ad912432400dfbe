#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <layer_cake/home/log_follow.hpp>
#include <limits>
#include <set>
#include <sys/inotify.h>
#include <unistd.h>
#include <vector>

namespace layer_cake::home {
namespace {

using namespace std::chrono_literals;

constexpr Duration moment = 5ms; ///< between two turns: a busy writer's events come together
constexpr std::size_t bytes_per_turn = 1 << 20;
/// A deleted file is news, too: the reader has to let go of it.
constexpr auto in_folder = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr auto above_folder = IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;

} // namespace

struct LogFollower::State : std::enable_shared_from_this<State> {
    State(Loop& loop, Line line) : loop(loop), line(std::move(line)), timer(loop) {}

    /// Watches the folder, or what is there of the way to it.
    Result<void> watch(const std::filesystem::path& folder);
    void rewatch();
    void woken();
    void touch(const inotify_event& event);
    bool way_changed(const inotify_event& event) const;
    void turn();
    /// Gives lines; false when there may be more.
    bool give(std::size_t limit, bool flush);
    void poll();

    Loop& loop;
    Line line;
    Fd inotify;
    std::unique_ptr<Poll> events;
    Timer timer;
    LogMerge merge{LogMerge::Asks::when_touched};
    std::map<std::string, std::filesystem::path> folders; ///< by role
    std::multimap<std::string, std::string> roles;        ///< by folder
    std::map<int, std::filesystem::path> watches;         ///< by watch descriptor
    std::set<std::string> removed;                        ///< from within the callback
    std::map<std::string, LogReader> added;               ///< from within the callback
    bool paused = false, closed = false, giving = false;
};

Result<void> LogFollower::State::watch(const std::filesystem::path& folder) {
    if (!inotify) {
        inotify = Fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
        if (!inotify) return fail(system_error("cannot follow logs", errno));
        events = std::make_unique<Poll>(loop, inotify.get());
        poll();
    }
    for (auto at = folder;; at = at.parent_path()) {
        const auto what = at == folder ? in_folder : above_folder;
        const int wd =
            ::inotify_add_watch(inotify.get(), at.c_str(), static_cast<std::uint32_t>(what) | IN_ONLYDIR | IN_MASK_ADD);
        if (wd >= 0) {
            watches[wd] = at;
            // What was made between the failure below and this watch has caused no event.
            std::error_code none;
            if (at != folder && std::filesystem::is_directory(folder, none)) {
                at = folder / "x";
                continue;
            }
            return ok();
        }
        if ((errno != ENOENT && errno != ENOTDIR) || at == at.parent_path())
            return fail(system_error(fmt::format("cannot follow \"{}\"", folder.native()), errno));
    }
}

void LogFollower::State::rewatch() {
    for (const auto& role_folder : folders) {
        const auto& role = role_folder.first;
        const auto& folder = role_folder.second;
        const auto is = [&](const auto& watched) { return watched.second == folder; };
        if (std::any_of(watches.begin(), watches.end(), is)) continue;
        (void)watch(folder);
        merge.touch(role);
    }
}

void LogFollower::State::poll() {
    events->start(Poll::readable, [this, self = weak_from_this()](int) {
        if (auto alive = self.lock()) woken();
    });
}

void LogFollower::State::touch(const inotify_event& event) {
    if (event.mask & IN_Q_OVERFLOW) merge.touch_all();
    const auto watched = watches.find(event.wd);
    if (watched == watches.end()) return;
    for (auto [role, end] = roles.equal_range(watched->second.native()); role != end; ++role)
        merge.touch(role->second);
}

/// Whether a folder may have come or gone, and not only a file in one.
bool LogFollower::State::way_changed(const inotify_event& event) const {
    if (event.mask & (IN_MOVE_SELF | IN_DELETE_SELF | IN_IGNORED | IN_Q_OVERFLOW)) return true;
    const auto watched = watches.find(event.wd);
    return watched != watches.end() && roles.count(watched->second.native()) == 0;
}

void LogFollower::State::woken() {
    alignas(inotify_event) char buffer[4096];
    bool moved = false;
    for (;;) {
        const auto size = ::read(inotify.get(), buffer, sizeof buffer);
        if (size <= 0) break;
        for (ssize_t at = 0; at < size;) {
            const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
            at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
            touch(*event);
            moved |= way_changed(*event);
            if (event->mask & (IN_MOVE_SELF | IN_DELETE_SELF)) ::inotify_rm_watch(inotify.get(), event->wd);
            if (event->mask & (IN_IGNORED | IN_MOVE_SELF | IN_DELETE_SELF)) watches.erase(event->wd);
        }
    }
    if (moved) rewatch();
    if (!timer.pending()) turn();
}

void LogFollower::State::turn() {
    const auto self = shared_from_this(); // the callback may destroy the follower
    if (paused || giving) return;
    // Until the timer fires events are left to pile up.
    if (events) events->cancel();
    const bool all = give(bytes_per_turn, false);
    if (closed) return;
    timer.start(all ? moment : Duration(0), [this, all, weak = weak_from_this()] {
        const auto alive = weak.lock();
        if (!alive || paused) return;
        if (!all) return turn();
        if (events) poll();
    });
}

bool LogFollower::State::give(std::size_t limit, bool flush) {
    std::size_t given = 0;
    bool all = true;
    giving = true;
    (void)merge.read( // a folder that cannot be read is as an empty one: it may be put right
        [&](const std::string& role, const LogLine& one) {
            if (closed) return false;
            if (removed.count(role) == 0) line(role, one);
            given += one.text.size() + 64;
            all = given < limit && !paused && !closed;
            return all;
        },
        flush);
    giving = false;
    for (const auto& role : std::exchange(removed, {}))
        merge.remove(role);
    for (auto& [role, reader] : std::exchange(added, {})) {
        merge.add(role, std::move(reader));
        all = false;
    }
    return all;
}

LogFollower::LogFollower(Loop& loop, Line line) : state_(std::make_shared<State>(loop, std::move(line))) {}

LogFollower::~LogFollower() {
    state_->closed = true;
    state_->events.reset();
    state_->timer.cancel();
}

Result<void> LogFollower::add(std::string role, LogReader reader) {
    auto& state = *state_;
    remove(role);
    state.folders[role] = reader.folder();
    state.roles.emplace(reader.folder().native(), role);
    auto watched = state.watch(reader.folder());
    if (state.giving) {
        state.removed.erase(role);
        state.added.insert_or_assign(std::move(role), std::move(reader));
        return watched;
    }
    state.merge.add(std::move(role), std::move(reader));
    // From the loop, so that all roles added now are merged from their first line on.
    if (!state.timer.pending()) state.timer.start(Duration(0), [at = &state] { at->turn(); });
    return watched;
}

void LogFollower::remove(const std::string& role) {
    auto& state = *state_;
    const auto at = state.folders.find(role);
    if (at == state.folders.end()) return;
    auto named = state.roles.find(at->second.native());
    while (named->second != role)
        ++named;
    state.roles.erase(named);
    const bool shared = state.roles.count(at->second.native()) > 0;
    for (auto watched = state.watches.begin(); !shared && watched != state.watches.end();) {
        if (watched->second == at->second) {
            ::inotify_rm_watch(state.inotify.get(), watched->first);
            watched = state.watches.erase(watched);
        } else {
            ++watched;
        }
    }
    state.folders.erase(at);
    state.added.erase(role);
    if (state.giving)
        state.removed.insert(role);
    else
        state.merge.remove(role);
}

void LogFollower::drain() {
    const auto state = state_; // the callback may destroy the follower
    if (!state->giving) (void)state->give(std::numeric_limits<std::size_t>::max(), true);
}

void LogFollower::pause() {
    state_->paused = true;
}

void LogFollower::resume() {
    auto& state = *state_;
    if (!state.paused) return;
    state.paused = false;
    state.timer.start(Duration(0), [at = state_.get()] { at->turn(); });
}

} // namespace layer_cake::home
