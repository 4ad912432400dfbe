#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/pidfd.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <memory>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unordered_set>

namespace layer_cake::supervise {
namespace {

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

/// A file of /proc as far as `limit`; false when it cannot be opened.
bool read_proc(const std::string& path, std::string& text, std::size_t limit = std::size_t{16} << 20) {
    text.clear();
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return false;
    while (text.size() < limit) {
        const auto at = text.size();
        text.resize(at + 4096);
        const ssize_t got = ::read(file.get(), text.data() + at, 4096);
        text.resize(at + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got <= 0) break;
    }
    return true;
}

template <class Call>
void each_number(std::string_view text, Call call) {
    const char *at = text.data(), *end = at + text.size();
    while (at < end) {
        pid_t pid = 0;
        const auto read = std::from_chars(at, end, pid);
        if (read.ec == std::errc()) call(pid);
        at = std::max(read.ptr, at + 1);
    }
}

template <class Call>
void each_numbered_entry(const std::string& path, Call call) {
    const Folder folder(::opendir(path.c_str()));
    if (!folder) return;
    while (const dirent* entry = ::readdir(folder.get())) {
        const std::string_view name = entry->d_name;
        pid_t pid = 0;
        const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (ec == std::errc() && end == name.data() + name.size()) call(pid);
    }
}

/// False where the kernel has no such file: then all of /proc has to be looked through.
bool listed_children(pid_t of, std::vector<pid_t>& found) {
    const auto tasks = "/proc/" + std::to_string(of) + "/task";
    std::string text;
    bool listed = false;
    each_numbered_entry(tasks, [&](pid_t thread) {
        if (!read_proc(tasks + "/" + std::to_string(thread) + "/children", text)) return;
        listed = true;
        each_number(text, [&](pid_t pid) { found.push_back(pid); });
    });
    return listed || ::access(("/proc/" + std::to_string(of)).c_str(), F_OK) != 0;
}

std::vector<pid_t> children_of(pid_t of) {
    std::vector<pid_t> found;
    if (listed_children(of, found)) return found;
    each_numbered_entry("/proc", [&](pid_t pid) {
        if (look_at(pid).parent == of) found.push_back(pid);
    });
    return found;
}

bool reap_now(pid_t pid) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | __WALL) == 0 && info.si_pid == pid;
}

/// Waits until one of the processes has ended, without a clock of its own; false when the time is over.
bool wait_for_any(const std::vector<pid_t>& pids, int wait_ms) {
    constexpr std::size_t at_once = 64; // descriptors may be scarce
    std::vector<Fd> fds;
    std::array<pollfd, at_once> waited;
    for (const pid_t pid : pids) {
        if (fds.size() == at_once) break;
        Fd fd = open_pidfd(pid);
        if (!fd) {
            if (errno == ESRCH) return true;
            if (fds.empty()) continue;
            break;
        }
        waited[fds.size()] = {fd.get(), POLLIN, 0};
        fds.push_back(std::move(fd));
    }
    // Without any pidfd (no descriptors left) the list is simply looked at again a moment later.
    const int ready =
        ::poll(waited.data(), static_cast<nfds_t>(fds.size()), fds.empty() ? std::min(wait_ms, 1) : wait_ms);
    return ready != 0 || fds.empty();
}

} // namespace

void become_subreaper() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

std::vector<pid_t> children() {
    return children_of(::getpid());
}

std::vector<pid_t> descendants(pid_t of) {
    std::vector<pid_t> found = children_of(of);
    std::unordered_set<pid_t> seen(found.begin(), found.end());
    for (std::size_t i = 0; i < found.size(); ++i)
        for (const pid_t child : children_of(found[i]))
            if (seen.insert(child).second) found.push_back(child);
    std::erase_if(found, [](pid_t pid) {
        const Process process = look_at(pid);
        return process.pid == 0 || process.state == 'Z' || process.state == 'X';
    });
    return found;
}

Process look_at(pid_t pid) {
    Process process;
    char text[1024];
    char path[32];
    *std::to_chars(std::copy_n("/proc/", 6, path), path + 24, pid).ptr = '\0';
    ::strcat(path, "/stat");
    const Fd file(::open(path, O_RDONLY | O_CLOEXEC));
    if (!file) return process;
    const ssize_t got = ::read(file.get(), text, sizeof text - 1);
    if (got <= 0) return process;
    text[got] = '\0';
    // The name is in brackets and may hold anything, brackets too: numbers begin after the last one.
    const char* after = ::strrchr(text, ')');
    if (!after) return process;
    int parent = 0, group = 0, session = 0;
    long threads = 0;
    char state = '?';
    if (::sscanf(after + 1, " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %ld %*d %llu", &state,
                 &parent, &group, &session, &threads, &process.start_time) != 6)
        return process;
    process.pid = pid;
    process.parent = parent;
    process.session = session;
    process.state = state == 'Z' && threads > 1 ? 'S' : state;
    return process;
}

std::string command_line_of(pid_t pid) {
    std::string text;
    read_proc("/proc/" + std::to_string(pid) + "/cmdline", text);
    return text;
}

std::string environment_of(pid_t pid, std::string_view name) {
    std::string text;
    if (!read_proc("/proc/" + std::to_string(pid) + "/environ", text)) return {};
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\0'), rest.size());
        std::string_view line = rest.substr(0, end);
        if (line.size() > name.size() && line[name.size()] == '=' && line.starts_with(name))
            return std::string(line.substr(name.size() + 1));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

bool kill_exactly(const Process& process, int signal) {
    const Fd pidfd = open_pidfd(process.pid);
    if (!pidfd) {
        if (errno == ESRCH || errno == EINVAL) return false;
        // No descriptor left: between the look and the signal a pid could only be reused by 2^22 forks.
        return look_at(process.pid).start_time == process.start_time && ::kill(process.pid, signal) == 0;
    }
    // The pidfd is of whoever has the pid now; once open it stays that process, so looking afterwards is enough.
    if (look_at(process.pid).start_time != process.start_time) return false;
    return signal_pidfd(pidfd, signal);
}

std::string role_of(pid_t pid, const Sessions& sessions, std::string_view home) {
    const pid_t self = ::getpid();
    for (int hops = 0; pid > 1 && pid != self && hops < 1000; ++hops) {
        const Process process = look_at(pid);
        if (process.pid == 0) return {};
        if (const auto found = sessions.find(process.session); found != sessions.end()) return found->second;
        if (environment_of(pid, "LAYER_CAKE_HOME") == home)
            if (auto role = environment_of(pid, "LAYER_CAKE_ROLE"); !role.empty()) return role;
        pid = process.parent;
    }
    return {};
}

std::vector<pid_t> kill_all_descendants(const std::vector<pid_t>& spare, int patience_ms) {
    using Milliseconds = std::chrono::milliseconds;
    const SystemClock clock;
    const Instant until = clock.now() + Milliseconds(patience_ms);
    std::unordered_set<pid_t> killed; // direct children: not reaped yet, so their pids are still their own
    std::vector<pid_t> left;
    for (;;) {
        std::unordered_set<pid_t> spared(spare.begin(), spare.end());
        for (const pid_t pid : spare)
            for (const pid_t below : descendants(pid))
                spared.insert(below);

        left.clear();
        bool reaped = false;
        for (const pid_t child : children()) {
            if (spared.contains(child)) continue;
            if (reap_now(child)) {
                killed.erase(child);
                reaped = true; // what it has left behind is ours now
                continue;
            }
            left.push_back(child);
            if (!killed.insert(child).second) continue;
            const auto below = descendants(child); // looked up first: afterwards they would have moved
            ::kill(child, SIGKILL);
            for (const pid_t pid : below)
                if (const Process process = look_at(pid); process.pid != 0 && !spared.contains(pid))
                    kill_exactly(process, SIGKILL);
        }
        if (left.empty() && !reaped) return left;
        const auto rest = std::chrono::ceil<Milliseconds>(until - clock.now()).count();
        if (rest <= 0) return left;
        if (!reaped) wait_for_any(left, static_cast<int>(std::min<long long>(rest, 1 << 30)));
    }
}

} // namespace layer_cake::supervise
