// Messages of 100 bytes to a child process over a unix socket, against a bare libuv ping-pong and ZeroMQ's ipc, in the
// same run. Beside the rate stands what a message costs both processes in processor time, which a busy machine does not
// change as much. usage: sessions [RUNS [PERCENT]]   (default: 5 runs of 100 % of the messages)
#include "sessions_peers.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <layer_cake/net/session.hpp>
#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/runtime.hpp>
#include <layer_cake/object/self.hpp>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace lc = layer_cake;
using lc::object::accepts;
using lc::object::Object;
using lc::object::Self;
using lc::type::Address;
using lc::type::Any;

struct Note {
    std::string text;
};
LAYER_CAKE_MESSAGE(Note, text)
struct Taken {
    std::int64_t count = 0;
};
LAYER_CAKE_MESSAGE(Taken, count)
struct Loose { // holds any value, and so goes as JSON
    std::string text;
    Any more{};
};
LAYER_CAKE_MESSAGE(Loose, text, more)

namespace {

constexpr long window = 4096; ///< one-way messages for one Taken; two windows may be under way
long trips = 50'000, many = 400'000, one_way = 256 * window;

/// The far side of all measurements.
struct Far {
    using accepts = lc::object::accepts<lc::type::Start, Note, Loose, lc::net::Closed>;
    int fd;
    std::int64_t taken = 0;
    void on(Object& self, lc::type::Start) { lc::net::open_session(self, lc::Fd(fd)); }
    void on(Object& self, const Note& note) {
        if (note.text.size() == bench::text.size()) return self.reply(std::move(self.message()));
        if (++taken % window == 0) self.reply(Taken{taken});
    }
    void on(Object& self, const Loose&) { self.reply(std::move(self.message())); }
    void on(Object& self, const lc::net::Closed&) { self.complete(); }
};

template <class Message>
struct Player {
    using accepts = lc::object::accepts<lc::type::Start, Message>;
    int fd;
    long left, depth;
    Address far{};
    long under_way = 0;
    void on(Object& self, lc::type::Start) {
        far = lc::net::open_session(self, lc::Fd(fd));
        for (; under_way < depth; ++under_way)
            self.send(Message{bench::text}, far);
    }
    void on(Object& self, Message&) {
        --under_way;
        if (--left == 0) return self.complete();
        if (under_way >= left) return;
        ++under_way;
        self.send(std::move(self.message()), far);
    }
};

struct Asker {
    int fd;
    long count;
};
Any ask(Self& self, Asker asker) {
    const auto far = lc::net::open_session(self, lc::Fd(asker.fd));
    for (long i = 0; i < asker.count; ++i)
        if (!self.ask(Note{bench::text}, far, std::chrono::seconds(30)).is<Note>()) std::abort();
    return {};
}

struct Source {
    using accepts = lc::object::accepts<lc::type::Start, Taken>;
    int fd;
    long count;
    Address far{};
    long sent = 0;
    void on(Object& self, lc::type::Start) {
        far = lc::net::open_session(self, lc::Fd(fd));
        for (int windows = 0; windows < 2; ++windows)
            send_window(self);
    }
    void on(Object& self, const Taken& taken) {
        if (taken.count >= count) return self.complete();
        if (sent < count) send_window(self);
    }
    void send_window(Object& self) {
        for (long i = 0; i < window; ++i, ++sent)
            self.send(Note{std::string(bench::text.data(), bench::text.size() - 1)}, far);
    }
};

/// Runs `near` in a runtime here and Far in one of a child process; the rate.
double with_child(long count, const std::function<void(lc::object::Runtime&, int fd)>& near) {
    int both[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, both) != 0) std::abort();
    const auto child = ::fork();
    if (child == 0) {
        ::close(both[0]);
        lc::object::Runtime runtime;
        runtime.start<Far>(both[1]);
        runtime.wait();
        ::_exit(0);
    }
    ::close(both[1]);
    const auto start = bench::Steady::now();
    {
        lc::object::Runtime runtime;
        near(runtime, both[0]);
        runtime.wait();
    }
    const auto seconds = bench::since(start);
    ::waitpid(child, nullptr, 0);
    return static_cast<double>(count) / seconds;
}

/// Of this process and of its children that have ended, in seconds.
double processor_time() {
    double seconds = 0;
    for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage used{};
        ::getrusage(who, &used);
        for (const auto& time : {used.ru_utime, used.ru_stime})
            seconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    }
    return seconds;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Row {
    const char* name;
    long messages;
    std::function<double()> measure;
    std::vector<double> rates{}, costs{}; ///< of a message: microseconds of processor time, both processes
};

} // namespace

int main(int argc, char** argv) {
    const int runs = argc > 1 ? std::atoi(argv[1]) : 5;
    const long percent = argc > 2 ? std::atol(argv[2]) : 100;
    trips = trips * percent / 100;
    many = many * percent / 100;
    one_way = std::max(one_way * percent / 100 / window, 8L) * window;
    std::vector<Row> rows{
        {"bare libuv, round trips", trips, [] { return bench::bare_round_trips(trips, 1); }},
        {"ours, round trips", trips,
         [] {
             return with_child(trips,
                               [](auto& runtime, int fd) { runtime.template start<Player<Note>>(fd, trips, 1L); });
         }},
        {"ours, asks of a fiber", trips,
         [] { return with_child(trips, [](auto& runtime, int fd) {
                  runtime.start(ask, Asker{fd, trips});
              }); }},
        {"ours, round trips as JSON", trips,
         [] {
             return with_child(trips,
                               [](auto& runtime, int fd) { runtime.template start<Player<Loose>>(fd, trips, 1L); });
         }},
        {"bare libuv, 64 under way", many, [] { return bench::bare_round_trips(many, 64); }},
        {"ours, 64 under way", many,
         [] {
             return with_child(many,
                               [](auto& runtime, int fd) { runtime.template start<Player<Note>>(fd, many, 64L); });
         }},
        {"ours, one way", one_way,
         [] {
             return with_child(one_way, [](auto& runtime, int fd) { runtime.template start<Source>(fd, one_way); });
         }},
#ifdef WITH_ZMQ
        {"ZeroMQ ipc, round trips", trips, [] { return bench::zmq_round_trips(trips); }},
        {"ZeroMQ ipc, one way", one_way, [] { return bench::zmq_one_way(one_way); }},
#endif
    };
    for (int run = 0; run < runs; ++run)
        for (auto& row : rows) {
            const auto before = processor_time();
            row.rates.push_back(row.measure());
            row.costs.push_back((processor_time() - before) * 1e6 / static_cast<double>(row.messages));
        }
    for (const auto& row : rows)
        std::printf("%-28s %12.0f /s %10.2f us of processor time\n", row.name, median(row.rates), median(row.costs));
    const auto ratio = [&](std::size_t ours, std::size_t peer) {
        std::vector<double> ratios; // of one run each: the machine's mood is in both
        for (std::size_t run = 0; run < rows[ours].rates.size(); ++run)
            ratios.push_back(rows[ours].rates[run] / rows[peer].rates[run]);
        return median(ratios);
    };
    std::printf("round trips / bare           %12.2f (target 0.9)\n", ratio(1, 0));
    std::printf("64 under way / bare          %12.2f (target 0.5)\n", ratio(5, 4));
#ifdef WITH_ZMQ
    std::printf("round trips / ZeroMQ         %12.2f (target 1)\n", ratio(1, 7));
    std::printf("one way / ZeroMQ             %12.2f (target 1)\n", ratio(6, 8));
#endif
    return 0;
}
