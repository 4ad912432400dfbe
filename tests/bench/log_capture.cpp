// Capture of 1,000,000 lines of 100 bytes with arrival times, against `cat > file` in the same run and, where they are
// installed, s6-log and svlogd without times and with.
//
// usage: log_capture [LINES [FOLDER]]   (default: 1000000 lines, in /dev/shm)
#include "tests/core/temporary_folder.hpp"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <layer_cake/supervise/log_keeper.hpp>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace layer_cake;

namespace {

constexpr int runs = 5;
constexpr std::size_t line_length = 100, block_length = 65'500;

enum class Mode { blocks, lines };

/// The program whose output is captured; writes when it hears a byte.
pid_t start_writer(Mode mode, long lines, int out, int go) {
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    std::string text;
    char byte = 0;
    if (::read(go, &byte, 1) != 1) ::_exit(1);
    for (long number = 0; number < lines; ++number) {
        char head[64];
        std::snprintf(head, sizeof head, "%09ld INFO worker.table ", number);
        text += head;
        text.append(line_length - 1 - std::strlen(head), static_cast<char>('a' + number % 26));
        text += '\n';
        if (mode == Mode::blocks && text.size() < block_length && number + 1 < lines) continue;
        for (std::size_t at = 0; at < text.size();) {
            const auto size = ::write(out, text.data() + at, text.size() - at);
            if (size <= 0) ::_exit(1);
            at += static_cast<std::size_t>(size);
        }
        text.clear();
    }
    ::_exit(0);
}

struct Gate {
    int ends[2];
    Gate() {
        if (::pipe2(ends, O_CLOEXEC)) std::abort();
    }
    ~Gate() {
        ::close(ends[0]);
        ::close(ends[1]);
    }
    void open() const { (void)!::write(ends[1], "g", 1); }
};

double seconds_since(Instant start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// A program that stores what it reads from stdin.
struct Peer {
    const char* name;
    std::vector<const char*> command; ///< run in the folder
    bool keeps_bytes = true;          ///< adds nothing to the lines
    std::vector<double> times{};
};

bool installed(const char* program) {
    const std::string path = ::getenv("PATH") ? ::getenv("PATH") : "/usr/bin";
    for (std::size_t at = 0; at < path.size();) {
        const auto end = std::min(path.find(':', at), path.size());
        if (::access((path.substr(at, end - at) + "/" + program).c_str(), X_OK) == 0) return true;
        at = end + 1;
    }
    return false;
}

std::uintmax_t stored_in(const std::filesystem::path& folder) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().extension() != ".idx" && entry.path().filename() != "config")
            bytes += entry.file_size();
    return bytes;
}

double by_peer(const Peer& peer, Mode mode, long lines, const std::filesystem::path& folder) {
    const auto kept = folder / "kept";
    std::filesystem::create_directories(kept / "log");
    std::ofstream(kept / "log" / "config") << "s0\n"; // of svlogd: never rotates
    Gate gate;
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC)) std::abort();
    const pid_t taker = ::fork();
    if (taker == 0) {
        if (::chdir(kept.c_str())) ::_exit(1);
        ::dup2(pipe[0], 0);
        ::dup2(::open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
        auto words = peer.command;
        words.push_back(nullptr);
        ::execvp(words[0], const_cast<char**>(words.data()));
        ::_exit(1);
    }
    const pid_t writer = start_writer(mode, lines, pipe[1], gate.ends[0]);
    ::close(pipe[0]);
    ::close(pipe[1]);
    const auto start = std::chrono::steady_clock::now();
    gate.open();
    ::waitpid(writer, nullptr, 0);
    ::waitpid(taker, nullptr, 0);
    const auto time = seconds_since(start);
    const auto bytes = static_cast<std::uintmax_t>(lines) * line_length;
    if (peer.keeps_bytes ? stored_in(kept) != bytes : stored_in(kept) < bytes) std::abort();
    std::filesystem::remove_all(kept);
    return time;
}

double by_keeper(Mode mode, long lines, const std::filesystem::path& folder) {
    double time = 0;
    home::LogRules rules;
    rules.max_total = 1u << 30;
    {
        Loop loop;
        supervise::LogKeeper keeper(loop);
        Gate gate;
        const auto outputs = keeper.add_role("writer", folder / "logs", rules);
        if (!outputs) std::abort();
        const pid_t writer = start_writer(mode, lines, outputs->out, gate.ends[0]);
        const auto start = std::chrono::steady_clock::now();
        gate.open();
        ::waitpid(writer, nullptr, 0);
        keeper.flush("writer", [&] { loop.stop(); });
        loop.run();
        time = seconds_since(start);
    }
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "logs"))
        if (entry.path().extension() == ".log") bytes += entry.file_size();
    if (bytes != static_cast<std::uintmax_t>(lines) * line_length) std::abort();
    std::filesystem::remove_all(folder / "logs");
    return time;
}

double median(std::vector<double> all) {
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
}

void compare(Mode mode, long lines, const std::filesystem::path& folder) {
    std::vector<Peer> peers{{"cat > file", {"cat"}}};
    if (installed("s6-log")) {
        peers.push_back({"s6-log", {"s6-log", "n5", "s268435455", "./log"}});
        peers.push_back({"s6-log T", {"s6-log", "n5", "s268435455", "T", "./log"}, false});
    }
    if (installed("svlogd")) {
        peers.push_back({"svlogd", {"svlogd", "log"}});
        peers.push_back({"svlogd -tt", {"svlogd", "-tt", "log"}, false});
    }
    std::vector<double> ours;
    for (int run = 0; run < runs; ++run) {
        for (auto& peer : peers)
            peer.times.push_back(by_peer(peer, mode, lines, folder));
        ours.push_back(by_keeper(mode, lines, folder));
    }
    std::printf("%s:\n  %-12s %7.1f ms\n", mode == Mode::blocks ? "in blocks" : "line by line", "layer-cake",
                median(ours) * 1e3);
    for (const auto& peer : peers) {
        const bool cat = &peer == &peers.front();
        const double wanted = !cat ? 1 : mode == Mode::blocks ? 0.6 : 0.8;
        std::printf("  %-12s %7.1f ms  layer-cake has %.2f of its speed (wanted: at least %.1f)\n", peer.name,
                    median(peer.times) * 1e3, median(peer.times) / median(ours), wanted);
    }
}

} // namespace

int main(int count, char** words) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const long lines = count > 1 ? std::atol(words[1]) : 1'000'000;
    if (!::getenv("TMPDIR") && std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 1);
    TemporaryFolder temporary;
    const std::filesystem::path folder = count > 2 ? words[2] : temporary.path();
    std::printf("%ld lines of %zu bytes, median of %d runs, in %s\n", lines, line_length, runs, folder.c_str());
    compare(Mode::blocks, lines, folder);
    compare(Mode::lines, lines, folder);
}
