#include "tests/process/real_process.hpp"

#include <chrono>
#include <csignal>
#include <doctest/doctest.h>
#include <layer_cake/core/pidfd.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/supervise/guardian.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <sys/wait.h>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace layer_cake::process;
using namespace layer_cake::process::test;

namespace {

/// A guardian in a process of its own; its supervisor starts one escaping tree and says so on `out`.
struct Guarded {
    TempFolder folder;
    GuardedFiles files{folder.path() / "lock", folder.path() / "control.sock"};
    Pipe report, out;
    Spawned guardian;

    explicit Guarded(const std::function<int(pid_t)>& supervise) {
        guardian.pid = ::fork();
        if (guardian.pid == 0) {
            const int kept = ::fcntl(out.write.get(), F_DUPFD, STDERR_FILENO + 1);
            ::dup2(kept, STDERR_FILENO);
            std::signal(SIGTERM, SIG_DFL); // the test's own handler reports a crash
            ::_exit(guard(files, report.write.get(), -1, supervise));
        }
        guardian.pidfd = open_pidfd(guardian.pid);
        report.write.reset();
        out.write.reset();
    }
};

const std::vector<std::string> environment = {"PATH=/usr/bin:/bin"};

/// In the supervisor: its output is descriptor 2 here.
void start_escapees() {
    const auto plan = plan_spawn(
        shell("trap '' TERM; sh -c 'exec sleep 1000' & setsid sh -c '(sleep 1000 &) ; :'; echo $$; wait"), environment);
    auto role = spawn(*plan, STDERR_FILENO, -1);
    if (role) role->pidfd.release();
}

double seconds_since(Instant start) {
    return std::chrono::duration<double>(SystemClock().now() - start).count();
}

} // namespace

TEST_CASE("the guardian ends with the supervisor's status, and not before all it started is gone") {
    Guarded group([](pid_t) {
        start_escapees();
        return 7;
    });
    const auto ended = wait_for_end(group.guardian);
    CHECK_FALSE(ended.signaled);
    CHECK(ended.code == 7);
    CHECK(read_to_end(group.report.read).empty());
    std::string left = read_to_end(group.out.read); // ends at once: nobody holds the other side
    CHECK_FALSE(home::Lock::held(group.files.lock));
}

TEST_CASE("a killed supervisor leaves nobody alive for a second") {
    // Whoever forks may have spawned before: what that has kept open is closed in the guardian.
    {
        Pipe out;
        const auto earlier = spawn(*plan_spawn(shell("exit 0"), environment), out.write.get(), -1);
        REQUIRE(earlier);
        wait_for_end(*earlier);
    }
    for (int round = 0; round < 10; ++round) {
        Guarded group([](pid_t) {
            start_escapees();
            const auto text = std::to_string(::getpid()) + "\n";
            if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return 1;
            for (;;)
                ::pause();
        });
        const pid_t first = std::stoi(read_line(group.out.read)), second = std::stoi(read_line(group.out.read));
        CHECK(home::Lock::held(group.files.lock));
        // One of them is the supervisor: the guardian's child.
        const pid_t supervisor = look_at(first).parent == group.guardian.pid ? first : second;
        CHECK(look_at(supervisor).parent == group.guardian.pid);
        const Instant start = SystemClock().now();
        ::kill(supervisor, SIGKILL);
        CHECK(wait_for_end(group.guardian).code == 128 + SIGKILL);
        CHECK(read_to_end(group.out.read).empty());
        CHECK(seconds_since(start) < 1.0);
        CHECK_FALSE(home::Lock::held(group.files.lock));
    }
}

TEST_CASE("a second group of one home is refused and disturbs nothing") {
    Guarded first([](pid_t) {
        if (::write(STDERR_FILENO, "up\n", 3) < 0) return 1;
        for (;;)
            ::pause();
    });
    CHECK(read_line(first.out.read) == "up");
    Pipe report;
    const pid_t second = ::fork();
    if (second == 0) ::_exit(guard(first.files, report.write.get(), -1, [](pid_t) { return 0; }));
    report.write.reset();
    const auto said = read_report(read_to_end(report.read));
    REQUIRE_FALSE(said.has_value());
    CHECK(said.error().fault == Fault::busy);
    CHECK(said.error().detail == "it is running already");
    int status = 0;
    ::waitpid(second, &status, 0);
    CHECK(WEXITSTATUS(status) == 1);
    CHECK(home::Lock::held(first.files.lock));
    ::kill(first.guardian.pid, SIGTERM); // which its supervisor does not catch
    CHECK(wait_for_end(first.guardian).code == 128 + SIGTERM);
}

TEST_CASE("signals to the guardian reach the supervisor as SIGTERM, which then ends in its own time") {
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        Guarded group([](pid_t) {
            sigset_t set;
            ::sigemptyset(&set);
            ::sigaddset(&set, SIGTERM);
            ::sigprocmask(SIG_BLOCK, &set, nullptr);
            if (::write(STDERR_FILENO, "up\n", 3) < 0) return 1;
            int caught = 0;
            ::sigwait(&set, &caught);
            return caught;
        });
        CHECK(read_line(group.out.read) == "up");
        ::kill(group.guardian.pid, number);
        CHECK(wait_for_end(group.guardian).code == SIGTERM);
    }
}

TEST_CASE("a report is the pid or the error") {
    CHECK(read_report("{\"pid\":17}\n") == 17);
    CHECK_FALSE(read_report("").has_value());
    CHECK_FALSE(read_report("{").has_value());
    CHECK_FALSE(read_report("{\"error\":{}}").has_value());
    Pipe pipe;
    write_report(pipe.write.get(), {Fault::missing, "no \"such\" thing"});
    pipe.write.reset();
    CHECK(read_report(read_to_end(pipe.read)).error() == Error{Fault::missing, "no \"such\" thing"});
}
