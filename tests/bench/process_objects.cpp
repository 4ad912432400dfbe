// Objects in processes of their own: from their creation to the first answer, and messages there and back, against
// bytes of the same length between two bare processes with epoll. usage: process-objects [--count=N]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <layer_cake/layer_cake.hpp>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lc = layer_cake;
using namespace std::chrono_literals;
using Steady = std::chrono::steady_clock;

struct Note {
    std::string text;
};
LAYER_CAKE_MESSAGE(Note, text)

struct Settings {
    int count = 20'000;
    int starts = 30;
};
LAYER_CAKE_MESSAGE(Settings, count, starts)

namespace {

const std::string text(100, 'x');
double bare_rates[2] = {0, 0}; ///< round trips a second at depths 1 and 64

double since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

struct Echo {
    using accepts = lc::accepts<Note>;
    void on(lc::Object& self, Note&) { self.reply(std::move(self.message())); }
};

/// Keeps so many messages under way.
struct Player {
    using accepts = lc::accepts<lc::Start, Note>;
    long left;
    int depth;
    lc::Address echo;
    void on(lc::Object& self, lc::Start) {
        for (int i = 0; i < depth; ++i)
            self.send(Note{text}, echo);
    }
    void on(lc::Object& self, const Note&) {
        if (--left == 0) return self.complete();
        if (left >= depth) self.send(Note{text}, echo);
    }
};

/// One side of the bare pair: waits, reads what there is, writes as much.
void bare_echo(int fd) {
    const int epoll = ::epoll_create1(0);
    epoll_event event{};
    event.events = EPOLLIN;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    char bytes[16 << 10];
    for (;;) {
        ::epoll_wait(epoll, &event, 1, -1);
        const auto got = ::read(fd, bytes, sizeof bytes);
        if (got <= 0 || ::write(fd, bytes, static_cast<std::size_t>(got)) != got) std::_Exit(0);
    }
}

double bare(long count, long depth) {
    int sockets[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0) std::abort();
    const auto child = ::fork();
    if (child == 0) {
        ::close(sockets[0]);
        bare_echo(sockets[1]);
    }
    ::close(sockets[1]);
    const int fd = sockets[0], epoll = ::epoll_create1(0);
    epoll_event event{};
    event.events = EPOLLIN;
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    const auto start = Steady::now();
    char bytes[16 << 10];
    const auto put = [&](std::size_t size) {
        std::fill_n(bytes, size, 'x');
        if (::write(fd, bytes, size) != static_cast<ssize_t>(size)) std::abort();
    };
    for (long i = 0; i < depth; ++i)
        put(text.size());
    for (auto left = static_cast<std::size_t>(count) * text.size(); left > 0;) {
        ::epoll_wait(epoll, &event, 1, -1);
        const auto got = ::read(fd, bytes, sizeof bytes);
        if (got <= 0) std::abort();
        left -= std::min(left, static_cast<std::size_t>(got));
        if (left > 0) put(static_cast<std::size_t>(got));
    }
    const auto rate = static_cast<double>(count) / since(start);
    ::close(fd);
    ::close(epoll);
    ::waitpid(child, nullptr, 0);
    return rate;
}

double round_trips(lc::Self& self, const lc::Address& echo, long count, int depth) {
    const auto start = Steady::now();
    self.create<Player>(count, depth, echo);
    self.select<lc::Returned>();
    return static_cast<double>(count) / since(start);
}

void measure(lc::Self& self, Settings settings) {
    std::vector<double> starts;
    for (int i = 0; i < settings.starts; ++i) {
        const auto start = Steady::now();
        const auto echo = self.create<Echo>(lc::own_process());
        if (!self.ask<Note>(Note{text}, echo, 10s)) std::abort();
        starts.push_back(since(start) * 1e3);
        self.send(lc::Stop{}, echo);
        self.select<lc::Returned>();
    }
    std::sort(starts.begin(), starts.end());
    std::printf("creation to first answer: %.1f ms, fastest %.1f ms\n", starts[starts.size() / 2], starts.front());

    const auto echo = self.create<Echo>(lc::own_process());
    if (!self.ask<Note>(Note{text}, echo, 10s)) std::abort();
    const auto asked = Steady::now();
    for (int i = 0; i < settings.count; ++i)
        if (!self.ask<Note>(Note{text}, echo, 10s)) std::abort();
    std::printf("asks:                 %9.0f /s\n", settings.count / since(asked));
    const int depths[] = {1, 64};
    for (int i = 0; i < 2; ++i) {
        const auto rate = round_trips(self, echo, settings.count * (i + 1), depths[i]);
        std::printf("round trips, depth %2d: %8.0f /s, %.2f of bare bytes at %.0f /s\n", depths[i], rate,
                    rate / bare_rates[i], bare_rates[i]);
    }
}
LAYER_CAKE_OBJECT(measure)

} // namespace

int main(int argc, char** argv) {
    if (!std::getenv("LAYER_CAKE_SESSION")) {
        bare_rates[0] = bare(20'000, 1);
        bare_rates[1] = bare(200'000, 64);
    }
    return lc::run(measure, argc, argv);
}
