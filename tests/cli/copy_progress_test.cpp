#include <cli/copy_progress.hpp>
#include <doctest/doctest.h>
#include <sstream>

using namespace layer_cake;
using namespace layer_cake::cli;
using namespace std::chrono_literals;

TEST_CASE("progress says how much, how fast and how long yet") {
    const home::SyncProgress half{512u << 20, 1u << 30, 10, 30};
    CHECK(progress_words(half, 2s) == "512M of 1G, 10 of 30 files, 256M/s, 2.0s left");
    CHECK(progress_words({0, 1u << 30, 0, 30}, 2s) == "0 of 1G, 0 of 30 files");
    CHECK(progress_words({1, 1ull << 50, 0, 1}, 10s).find("left") == std::string::npos);
    CHECK(progress_words({20, 10, 1, 1}, 1s).rfind("10 of 10,", 0) == 0);
}

TEST_CASE("a bar shows how much where there is room for it") {
    const home::SyncProgress half{512u << 20, 1u << 30, 10, 30};
    const auto words = progress_words(half, 2s);
    CHECK(progress_line(half, 2s, words.size() + 13) == "[=====     ] " + words);
    CHECK(progress_line(half, 2s, 200) == "[" + std::string(15, '=') + std::string(15, ' ') + "] " + words);
    CHECK(progress_line(half, 2s, words.size() + 12) == words);
    CHECK(progress_line(half, 2s, 5) == "512M ");
    CHECK(progress_line({0, 0, 0, 3}, 2s, 80).rfind("[" + std::string(30, '=') + "] 0 of 0", 0) == 0);
}

TEST_CASE("progress is for terminals, and not for what is done at once") {
    std::ostringstream err;
    CopyProgress quiet(err, false);
    CHECK_FALSE(quiet.callback());
    CopyProgress quick(err, true);
    quick.show({1, 2, 0, 1});
    CHECK(err.str().empty());
}
