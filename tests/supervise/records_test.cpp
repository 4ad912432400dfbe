#include "tests/core/temporary_folder.hpp"
#include <csignal>
#include <doctest/doctest.h>
#include <layer_cake/supervise/records.hpp>
#include <sys/resource.h>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace std::chrono_literals;

namespace {

/// Files cannot grow while it lives, as on a full disk.
class NoRoom {
public:
    NoRoom() : before_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &limit_);
        const rlimit none{0, limit_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    ~NoRoom() {
        ::setrlimit(RLIMIT_FSIZE, &limit_);
        std::signal(SIGXFSZ, before_);
    }
    NoRoom(const NoRoom&) = delete;
    NoRoom& operator=(const NoRoom&) = delete;

private:
    rlimit limit_{};
    void (*before_)(int);
};

const WallTime noon{1'795'435'184s};
const home::Ended well{home::Ended::How::exited, 0, {}};

} // namespace

TEST_CASE("a history that could not be written is written before what comes next") {
    const TemporaryFolder folder;
    const home::History history(folder.path() / "history");
    Loop loop;
    Records records(loop, [&](bool whole) { return home::History(folder.path() / "history", whole); });
    {
        const NoRoom full;
        records.started(noon, 42);
    }
    CHECK(history.read(false)->empty());
    records.ended(noon + 1s, 42, well);
    const auto lives = history.read(false);
    REQUIRE(lives->size() == 1);
    CHECK(lives->front().started == noon);
    CHECK(lives->front().stopped == noon + 1s);
}

TEST_CASE("a history that could not be written is written by itself, or at the end") {
    const TemporaryFolder folder;
    const home::History history(folder.path() / "history"), last(folder.path() / "last");
    Loop loop;
    Records records(loop, [&](bool whole) { return home::History(folder.path() / "history", whole); });
    {
        Records ending(loop, [&](bool whole) { return home::History(folder.path() / "last", whole); });
        const NoRoom full;
        records.started(noon, 42);
        for (std::size_t n = 0; n < 2 * Records::most; ++n)
            ending.ended(noon + n * 1s, 0, {home::Ended::How::not_started, 0, "full"});
    }
    // (The room was there again before the other was destroyed.)
    CHECK(last.read(false)->size() == home::History::depth);
    Timer late(loop);
    late.start(10s, [&] { FAIL("it was not tried again"); });
    while (history.read(false)->empty())
        loop.wait();
}
