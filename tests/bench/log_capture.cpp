// Capture of 1,000,000 lines of 100 bytes with arrival times, against `cat > file` in the same run.
// usage: log_capture [LINES [FOLDER]]   (default: 1000000 lines, in /dev/shm)
#include "tests/core/temporary_folder.hpp"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <layer_cake/supervise/log_keeper.hpp>
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

double by_cat(Mode mode, long lines, const std::filesystem::path& folder) {
    const auto file = folder / "cat";
    Gate gate;
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC)) std::abort();
    const pid_t cat = ::fork();
    if (cat == 0) {
        ::dup2(pipe[0], 0);
        ::dup2(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
        ::execlp("cat", "cat", nullptr);
        ::_exit(1);
    }
    const pid_t writer = start_writer(mode, lines, pipe[1], gate.ends[0]);
    ::close(pipe[0]);
    ::close(pipe[1]);
    const auto start = std::chrono::steady_clock::now();
    gate.open();
    ::waitpid(writer, nullptr, 0);
    ::waitpid(cat, nullptr, 0);
    const auto time = seconds_since(start);
    if (std::filesystem::file_size(file) != static_cast<std::uintmax_t>(lines) * line_length) std::abort();
    std::filesystem::remove(file);
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
    std::vector<double> ours, cats;
    for (int run = 0; run < runs; ++run) {
        cats.push_back(by_cat(mode, lines, folder));
        ours.push_back(by_keeper(mode, lines, folder));
    }
    std::printf("%-12s  cat %7.1f ms  layer-cake %7.1f ms  speed %.2f of cat (wanted: at least %.1f)\n",
                mode == Mode::blocks ? "in blocks" : "line by line", median(cats) * 1e3, median(ours) * 1e3,
                median(cats) / median(ours), mode == Mode::blocks ? 0.6 : 0.8);
}

} // namespace

int main(int count, char** words) {
    const long lines = count > 1 ? std::atol(words[1]) : 1'000'000;
    if (!::getenv("TMPDIR") && std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 1);
    TemporaryFolder temporary;
    const std::filesystem::path folder = count > 2 ? words[2] : temporary.path();
    std::printf("%ld lines of %zu bytes, median of %d runs, in %s\n", lines, line_length, runs, folder.c_str());
    compare(Mode::blocks, lines, folder);
    compare(Mode::lines, lines, folder);
}
