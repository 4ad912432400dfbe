#include "tests/core/temporary_folder.hpp"
#include <doctest/doctest.h>
#include <fstream>
#include <layer_cake/home/history.hpp>
#include <sys/stat.h>

using namespace layer_cake;
using namespace layer_cake::home;

namespace {

WallTime second(int number) {
    return WallTime(std::chrono::seconds(1'800'000'000 + number));
}

struct HistoryFile {
    TemporaryFolder folder;
    std::filesystem::path file = folder.path() / "history";
    History history{file};

    std::vector<Life> lives(bool alive = false) const { return history.read(alive).value(); }
};

} // namespace

TEST_CASE_FIXTURE(HistoryFile, "a role that never started has no lives, whether it has a folder or not") {
    CHECK(lives().empty());
    CHECK(History(folder.path() / "none" / "history").read(false).value().empty());
}

TEST_CASE_FIXTURE(HistoryFile, "starts and ends are read back as lives, oldest first") {
    REQUIRE(history.started(second(1), 10));
    REQUIRE(history.ended(second(2), 10, {Ended::How::exited, 3, {}}));
    REQUIRE(history.started(second(3), 11));
    REQUIRE(history.ended(second(4), 11, {Ended::How::signaled, 9, "killed after the stop timeout"}));
    REQUIRE(history.started(second(5), 12));
    const auto all = lives(true);
    REQUIRE(all.size() == 3);
    CHECK(all[0].started == second(1));
    CHECK(all[0].stopped == second(2));
    CHECK(all[0].ended == Ended{Ended::How::exited, 3, {}});
    CHECK(all[1].ended.text() == "SIGKILL, killed after the stop timeout");
    CHECK_FALSE(all[2].stopped);
}

TEST_CASE_FIXTURE(HistoryFile, "a start without an end is lost when nobody is alive to see it") {
    REQUIRE(history.started(second(1), 10));
    REQUIRE(history.started(second(2), 11));
    CHECK(lives(true)[0].ended.how == Ended::How::lost);
    CHECK(lives(true)[1].ended.how == Ended::How::exited);
    CHECK(lives(false)[1].ended.how == Ended::How::lost);
}

TEST_CASE_FIXTURE(HistoryFile, "a role that could not be started has a life without length") {
    REQUIRE(history.ended(second(1), 0, {Ended::How::not_started, 0, "executable \"./web\" not found"}));
    REQUIRE(lives().size() == 1);
    CHECK(lives()[0].ended.text() == "executable \"./web\" not found");
}

TEST_CASE_FIXTURE(HistoryFile, "the file stays small and keeps the last lives") {
    for (int number = 0; number < 500; ++number) {
        REQUIRE(history.started(second(2 * number), number + 1));
        REQUIRE(history.ended(second(2 * number + 1), number + 1, {}));
        CHECK(std::filesystem::file_size(file) <= 16 << 10);
    }
    const auto all = lives();
    REQUIRE(all.size() == History::depth);
    CHECK(all.back().pid == 500);
    CHECK(all.front().pid == 485);
}

TEST_CASE_FIXTURE(HistoryFile, "damaged lines are passed over") {
    REQUIRE(history.started(second(1), 10));
    std::ofstream(file, std::ios::app) << "{\"event\":\"start\"}\nnoise\n[1]\n\n{\"event\":\"end\",\"time\":\"2026";
    REQUIRE(history.ended(second(2), 10, {Ended::How::exited, 1, {}}));
    REQUIRE(lives().size() == 1);
    CHECK(lives()[0].ended.code == 1);
}

TEST_CASE_FIXTURE(HistoryFile, "what is no regular file is refused at once") {
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    CHECK_FALSE(history.started(second(1), 10));
    CHECK_FALSE(history.read(false));
}
