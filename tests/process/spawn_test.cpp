#include "tests/process/real_process.hpp"

#include <algorithm>
#include <csignal>
#include <doctest/doctest.h>
#include <fstream>
#include <set>
#include <sstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

using namespace layer_cake;
using namespace layer_cake::process;
using namespace layer_cake::process::test;

namespace {

const std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "COLOUR=red"};

Spawned start(const home::Role& role, int out, const std::vector<std::pair<int, int>>& extra = {}) {
    const auto plan = plan_spawn(role, environment);
    REQUIRE_MESSAGE(plan.has_value(), plan.error().detail);
    auto process = spawn(*plan, out, -1, extra);
    REQUIRE_MESSAGE(process.has_value(), process.error().detail);
    return std::move(*process);
}

std::string output_of(const home::Role& role) {
    Pipe pipe;
    const Spawned process = start(role, pipe.write.get());
    pipe.write.reset();
    auto text = read_to_end(pipe.read);
    wait_for_end(process);
    return text;
}

std::string line_of(const std::string& file, std::string_view name) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with(name)) return line.substr(name.size());
    return {};
}

bool no_children() {
    return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD;
}

void write_program(const std::filesystem::path& path, std::string_view text, unsigned mode = 0755) {
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
}

std::string refusal(const home::Role& role) {
    const auto plan = plan_spawn(role, environment);
    if (!plan) return plan.error().detail;
    const auto process = spawn(*plan, -1, -1);
    if (!process) return process.error().detail;
    wait_for_end(*process);
    return "it started";
}

} // namespace

TEST_CASE("a child has the descriptors 0, 1, 2 and what it was given, whatever we have open") {
    std::vector<Fd> clutter; // not close-on-exec
    for (int i = 0; i < 50; ++i)
        clutter.emplace_back(::open("/dev/null", O_RDONLY));
    Pipe out, extra;
    for (const bool with_extra : {false, true}) {
        auto role = shell("echo up; sleep 1000");
        const Spawned process = start(role, out.write.get(),
                                      with_extra ? std::vector<std::pair<int, int>>{{extra.write.get(), 7}}
                                                 : std::vector<std::pair<int, int>>{});
        CHECK(read_line(out.read) == "up");
        std::set<std::string> open;
        for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process.pid) + "/fd"))
            open.insert(entry.path().filename());
        CHECK(open == (with_extra ? std::set<std::string>{"0", "1", "2", "7"} : std::set<std::string>{"0", "1", "2"}));
        CHECK(std::filesystem::read_symlink("/proc/" + std::to_string(process.pid) + "/fd/0") == "/dev/null");
        ::kill(-process.pid, SIGKILL);
        CHECK(wait_for_end(process).signaled);
    }
}

TEST_CASE("descriptors that trade their numbers all arrive") {
    Pipe a, b, c;
    // Each is moved onto the number of another.
    const auto say = [](const char* word, const Fd& fd) {
        return std::string("echo ") + word + " > /proc/self/fd/" + std::to_string(fd.get()) + "; ";
    };
    const auto script = say("a", b.write) + say("b", c.write) + say("c", a.write);
    const Spawned process =
        start(shell(script), -1,
              {{a.write.get(), b.write.get()}, {b.write.get(), c.write.get()}, {c.write.get(), a.write.get()}});
    CHECK(wait_for_end(process).code == 0);
    CHECK(read_line(a.read) == "a");
    CHECK(read_line(b.read) == "b");
    CHECK(read_line(c.read) == "c");
}

TEST_CASE("a child has an empty signal mask, default signals and a session of its own") {
    sigset_t blocked, before;
    ::sigfillset(&blocked);
    ::pthread_sigmask(SIG_SETMASK, &blocked, &before);
    const auto pipe_before = std::signal(SIGPIPE, SIG_IGN);
    const auto user_before = std::signal(SIGUSR1, [](int) {});
    Pipe out;
    const Spawned process = start(role_of_command({"/bin/sleep", "1000"}), out.write.get());
    std::signal(SIGPIPE, pipe_before);
    std::signal(SIGUSR1, user_before);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);

    const auto status = "/proc/" + std::to_string(process.pid) + "/status";
    CHECK(line_of(status, "SigBlk:\t") == "0000000000000000");
    CHECK(line_of(status, "SigIgn:\t") == "0000000000000000");
    CHECK(line_of(status, "SigCgt:\t") == "0000000000000000");
    CHECK(::getsid(process.pid) == process.pid);
    CHECK(line_of(status, "PPid:\t") == std::to_string(::getpid()));
    CHECK(::getpgid(process.pid) == process.pid);
    ::kill(process.pid, SIGKILL);
    const auto ended = wait_for_end(process);
    CHECK(ended.signaled);
    CHECK(ended.code == SIGKILL);
}

TEST_CASE("a child's folder, mask, limits, nice and environment are its role's") {
    TempFolder folder;
    auto role = shell("pwd; umask; ulimit -n; ulimit -c; nice; echo $COLOUR $SIZE $LAYER_CAKE_ROLE $LAYER_CAKE_INDEX");
    role.working_dir = folder.path();
    role.umask = 027;
    role.limits.nofile = 123;
    role.limits.core = 0;
    role.limits.nice = 5;
    role.index = 3;
    role.environment = {{"SIZE", "big"}, {"COLOUR", "blue"}};
    CHECK(output_of(role) == folder.path().string() + "\n0027\n123\n0\n5\nblue big web 3\n");
}

TEST_CASE("our own raised limit of open files is not passed on") {
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit low = before;
    low.rlim_cur = std::min<rlim_t>(before.rlim_cur, 321);
    ::setrlimit(RLIMIT_NOFILE, &low);
    raise_nofile();
    rlimit raised{};
    ::getrlimit(RLIMIT_NOFILE, &raised);
    CHECK(raised.rlim_cur == before.rlim_max);
    CHECK(output_of(shell("ulimit -n")) == std::to_string(low.rlim_cur) + "\n");
    ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("a program is looked for on the role's own PATH and in its working_dir") {
    TempFolder folder;
    std::filesystem::create_directory(folder.path() / "bin");
    write_program(folder.path() / "bin" / "greet", "#!/bin/sh\necho hello\n");
    write_program(folder.path() / "here", "#!/bin/sh\necho here\n");
    auto role = role_of_command({"greet"});
    role.working_dir = folder.path();
    CHECK(refusal(role) == "executable \"greet\" not found on PATH");
    role.environment = {{"PATH", "/nowhere:" + (folder.path() / "bin").string()}};
    CHECK(output_of(role) == "hello\n");
    role.environment = {{"PATH", "bin"}};
    CHECK(output_of(role) == "hello\n");
    role.command = {"./here"};
    CHECK(output_of(role) == "here\n");
    role.command = {"bin/greet"};
    CHECK(output_of(role) == "hello\n");
}

TEST_CASE("what cannot start says why") {
    TempFolder folder;
    const auto at = [&](const char* name) { return (folder.path() / name).string(); };
    write_program(at("plain"), "text", 0644);
    write_program(at("garbage"), "\x01\x02garbage");
    write_program(at("script"), "#!/no/such/interpreter -x\necho\n");
    write_program(at("dos"), "#!/bin/sh\r\necho\r\n");
    std::filesystem::create_directory(at("folder"));
    auto role = role_of_command({"./web"});
    role.working_dir = folder.path();
    const auto says = [&](std::string program) {
        role.command = {std::move(program)};
        return refusal(role);
    };
    CHECK(says("./web") == "executable \"./web\" not found");
    CHECK(says("./plain") == "executable \"./plain\" is not executable (its mode has no x for us)");
    CHECK(says("./folder") == "executable \"./folder\" is not a file");
    CHECK(says("./garbage") ==
          "executable \"" + at("garbage") + "\" is no program this machine can run (a script begins with \"#!\")");
    CHECK(says("./script") ==
          "executable \"" + at("script") + "\" needs interpreter \"/no/such/interpreter\", which is not found");
    CHECK(says("./dos") == "executable \"" + at("dos") + "\" has a carriage return in its first line");
    CHECK(says("") == "no executable is named");
    role.user = "nobody-of-that-name";
    CHECK(says("/bin/true") == "unknown user \"nobody-of-that-name\"");
    role.user = {};
    role.working_dir = at("gone");
    CHECK(says("/bin/true") == "working_dir \"" + at("gone") + "\" not found");
    role.working_dir = at("plain");
    CHECK(says("/bin/true") == "working_dir \"" + at("plain") + "\" is not a folder");
}

TEST_CASE("a failure between plan and exec is told with its step, and leaves no child") {
    TempFolder folder;
    auto role = role_of_command({"/bin/true"});
    role.working_dir = folder.path() / "soon-gone";
    std::filesystem::create_directory(role.working_dir);
    auto plan = plan_spawn(role, environment);
    REQUIRE(plan.has_value());
    std::filesystem::remove(role.working_dir);
    const auto gone = spawn(*plan, -1, -1);
    REQUIRE_FALSE(gone.has_value());
    CHECK(gone.error() == Error{Fault::missing, "working_dir \"" + role.working_dir + "\" not found"});

    plan->working_dir = "/";
    plan->arguments.push_back(std::string(4 << 20, 'x'));
    CHECK(spawn(*plan, -1, -1).error().fault == Fault::invalid);
    plan->arguments.pop_back();
    CHECK(spawn(*plan, -1, -1, {{9999, 3}}).error().detail.starts_with("cannot arrange its file descriptors"));
    CHECK(no_children());
}

TEST_CASE("root runs a role as another user, with that user's groups and home" * doctest::test_suite("root") *
          doctest::skip(::geteuid() != 0)) {
    auto role = shell("id -u; id -g; echo $USER; grep CapEff /proc/self/status | tr -d '0\\t'");
    role.user = "nobody";
    CHECK(output_of(role) == "65534\n65534\nnobody\nCapEff:\n");
    role.user = "1234:2345";
    CHECK(output_of(shell("id -u")) == "0\n");
    role.command.back() = "id -u; id -g; id -G";
    CHECK(output_of(role) == "1234\n2345\n2345\n");
    role.user = "1234";
    CHECK(refusal(role).find("name a group too") != std::string::npos);
}

TEST_CASE("every way to end is told exactly") {
    for (const int code : {0, 1, 19, 71, 127, 128, 255}) {
        const auto ended = wait_for_end(start(shell("exit " + std::to_string(code)), -1));
        CHECK_FALSE(ended.signaled);
        CHECK(ended.code == code);
    }
    for (int number = 1; number <= 31; ++number) {
        if (number == SIGCHLD || number == SIGCONT || number == SIGSTOP || number == SIGTSTP || number == SIGTTIN ||
            number == SIGTTOU || number == SIGURG || number == SIGWINCH)
            continue;
        auto role = role_of_command({"/bin/sleep", "1000"});
        role.limits.core = 0;
        const Spawned process = start(role, -1);
        CHECK_FALSE(reap(process.pidfd).has_value());
        ::kill(process.pid, number);
        const auto ended = wait_for_end(process);
        CHECK(ended.signaled);
        CHECK(ended.code == number);
    }
}

TEST_CASE("of 500 children that end in the same moment every status is told") {
    Pipe barrier;
    std::vector<Spawned> processes;
    raise_nofile();
    for (int i = 0; i < 500; ++i)
        processes.push_back(start(shell("read x <&3; exit " + std::to_string(i % 256)), -1, {{barrier.read.get(), 3}}));
    barrier.write.reset();
    int wrong = 0;
    for (int i = 0; i < 500; ++i) {
        const auto ended = wait_for_end(processes[static_cast<std::size_t>(i)]);
        wrong += ended.signaled || ended.code != i % 256 ? 1 : 0;
    }
    CHECK(wrong == 0);
    CHECK(no_children());
}
