#include "tests/process/real_process.hpp"

#include <algorithm>
#include <csignal>
#include <doctest/doctest.h>
#include <layer_cake/supervise/tree.hpp>
#include <sys/syscall.h>
#include <sys/wait.h>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace layer_cake::process;
using namespace layer_cake::process::test;

namespace {

const std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "LAYER_CAKE_HOME=/some/home"};

struct Running {
    Spawned process;
    Fd out;
};

/// A role's script whose standard output is read here; fd 1 is closed by all of its tree at its end.
Running start(const std::string& script, const std::string& name = "web") {
    auto role = shell(script);
    role.name = name;
    Pipe pipe;
    const auto plan = plan_spawn(role, environment);
    REQUIRE_MESSAGE(plan.has_value(), plan.error().detail);
    auto process = spawn(*plan, pipe.write.get(), -1);
    REQUIRE_MESSAGE(process.has_value(), process.error().detail);
    return {std::move(*process), std::move(pipe.read)};
}

bool alive(pid_t pid) {
    const Process process = look_at(pid);
    return process.pid != 0 && process.state != 'Z' && process.state != 'X';
}

bool contains(const std::vector<pid_t>& list, pid_t pid) {
    return std::find(list.begin(), list.end(), pid) != list.end();
}

/// A leader, a child that ignores SIGTERM, and a daemon in a session of its own, twice forked. Says three pids.
constexpr const char* escapees = "trap '' TERM; sh -c 'echo $$; exec sleep 1000' & "
                                 "setsid sh -c '(sh -c \"echo \\$\\$; exec sleep 1000\" &) ; :'; echo $$; wait";

std::vector<pid_t> pids_from(const Fd& out, int count) {
    std::vector<pid_t> pids;
    for (int i = 0; i < count; ++i)
        pids.push_back(std::stoi(read_line(out)));
    return pids;
}

} // namespace

TEST_CASE("a process is known by its pid, parent, session and start") {
    const auto running = start("echo up; sleep 1000");
    CHECK(read_line(running.out) == "up");
    const Process seen = look_at(running.process.pid);
    CHECK(seen.pid == running.process.pid);
    CHECK(seen.parent == ::getpid());
    CHECK(seen.session == running.process.pid);
    CHECK(seen.start_time > 0);
    CHECK(contains(children(), running.process.pid));
    CHECK(environment_of(running.process.pid, "LAYER_CAKE_ROLE") == "web");
    CHECK(environment_of(running.process.pid, "LAYER_CAKE").empty());
    CHECK(environment_of(running.process.pid, "ABSENT").empty());
    CHECK(kill_all_descendants({}, 10'000).empty());
    CHECK(look_at(running.process.pid).pid == 0);
    CHECK(environment_of(running.process.pid, "LAYER_CAKE_ROLE").empty());
}

TEST_CASE("a name with brackets and spaces does not confuse what is read of a process") {
    TempFolder folder;
    const auto odd = folder.path() / "a) R 1 (b";
    std::filesystem::copy_file("/bin/sleep", odd);
    auto role = role_of_command({odd.string(), "1000"});
    const auto plan = plan_spawn(role, environment);
    REQUIRE(plan.has_value());
    const auto process = spawn(*plan, -1, -1);
    REQUIRE(process.has_value());
    CHECK(look_at(process->pid).parent == ::getpid());
    CHECK(look_at(process->pid).session == process->pid);
    CHECK(kill_all_descendants({}, 10'000).empty());
}

TEST_CASE("descendants are found however deep, escaped or not") {
    become_subreaper();
    const auto running = start("sh -c 'sh -c \"echo up; sleep 1000; :\"; :'; :");
    CHECK(read_line(running.out) == "up");
    const auto below = descendants(running.process.pid);
    CHECK(below.size() >= 2);
    CHECK(look_at(below.front()).parent == running.process.pid);
    CHECK(descendants(below.back()).size() <= 1);
    CHECK(descendants(::getpid()).size() >= 3);
    CHECK(kill_all_descendants({}, 10'000).empty());
    CHECK(descendants(::getpid()).empty());
}

TEST_CASE("nothing escapes: a TERM-ignoring child and a setsid daemon are gone with the rest") {
    become_subreaper();
    auto running = start(escapees);
    const auto pids = pids_from(running.out, 3);
    for (const pid_t pid : pids)
        CHECK(alive(pid));
    CHECK(kill_all_descendants({}, 10'000).empty());
    for (const pid_t pid : pids)
        CHECK_FALSE(alive(pid));
    CHECK(read_to_end(running.out).empty()); // its end: nobody holds the other side
    CHECK(children().empty());
}

TEST_CASE("a tree that forks without end is ended") {
    become_subreaper();
    auto running = start("echo up; f() { sleep 0.01 & f; }; trap '' TERM; ulimit -u 2000; "
                         "i=0; while [ $i -lt 300 ]; do (sh -c 'sleep 1000 & sleep 1000') & i=$((i+1)); done; wait");
    CHECK(read_line(running.out) == "up"); // and is killed in the middle of it
    CHECK(kill_all_descendants({}, 20'000).empty());
    CHECK(children().empty());
    CHECK(read_to_end(running.out).empty());
}

TEST_CASE("stopped processes are killed too") {
    const auto running = start("echo up; kill -STOP $$");
    CHECK(read_line(running.out) == "up");
    CHECK(kill_all_descendants({}, 10'000).empty());
    CHECK(children().empty());
}

TEST_CASE("the spared and what is below them live on") {
    become_subreaper();
    auto spared = start("sh -c 'echo $$; exec sleep 1000' & wait");
    auto other = start("echo up; sleep 1000");
    const auto below = pids_from(spared.out, 1);
    CHECK(read_line(other.out) == "up");
    CHECK(kill_all_descendants({spared.process.pid}, 10'000).empty());
    CHECK(alive(spared.process.pid));
    CHECK(alive(below[0]));
    CHECK_FALSE(alive(other.process.pid));
    CHECK(kill_all_descendants({}, 10'000).empty());
}

TEST_CASE("a signal goes to that very process or to none") {
    const auto running = start("echo up; sleep 1000");
    CHECK(read_line(running.out) == "up");
    const Process process = look_at(running.process.pid);
    Process earlier = process;
    earlier.start_time -= 1; // one that had the same pid before
    CHECK_FALSE(kill_exactly(earlier, SIGKILL));
    CHECK(alive(process.pid));
    CHECK(kill_exactly(process, SIGKILL));
    CHECK(wait_for_end(running.process).code == SIGKILL);
    CHECK_FALSE(kill_exactly(process, SIGKILL));
}

TEST_CASE("a process is its role's by session, by environment or by its parents") {
    become_subreaper();
    auto running = start(escapees, "db");
    const auto pids = pids_from(running.out, 3);
    const Sessions sessions{{running.process.pid, "db"}};
    for (const pid_t pid : pids)
        CHECK(role_of(pid, sessions, "/elsewhere").substr(0, 2) ==
              (look_at(pid).session == running.process.pid ? "db" : ""));
    for (const pid_t pid : pids)
        CHECK(role_of(pid, {}, "/some/home") == "db");
    for (const pid_t pid : pids)
        CHECK(role_of(pid, {}, "/another/home").empty());
    CHECK(role_of(::getpid(), sessions, "/some/home").empty());
    CHECK(role_of(1, sessions, "/some/home").empty());

    auto bare = start("setsid env -i /bin/sh -c 'echo $$; exec /bin/sleep 1000' & echo up; wait", "bare");
    const auto one = read_line(bare.out), two = read_line(bare.out);
    const auto pid = std::stoi(one == "up" ? two : one);
    CHECK(role_of(pid, {{bare.process.pid, "bare"}}, "/some/home") == "bare"); // by its parent
    CHECK(kill_all_descendants({}, 10'000).empty());
}
