// What File::store of a value of about 1 KiB costs beside the bare calls it cannot do without: write, fsync, rename,
// fsync of the folder, in turns in one run. usage: stored-file [--count=N] [FOLDER]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/file.hpp>
#include <layer_cake/type/describe.hpp>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using Steady = std::chrono::steady_clock;

struct Record {
    std::int64_t id = 7;
    std::string title;
    std::string text;
    double price = 2.5;
    std::vector<std::int64_t> numbers;
    std::map<std::string, std::string> tags;
};
LAYER_CAKE_MESSAGE(Record, id, title, text, price, numbers, tags)

Record sample() {
    Record record{1, "a record of about a kibibyte", std::string(600, 'x'), 0.1, {}, {}};
    for (int i = 0; i < 16; ++i) {
        record.numbers.push_back(i * 1'000'003);
        if (i < 4) record.tags.emplace("tag" + std::to_string(i), std::string(20, 'y'));
    }
    return record;
}

bool bare(const std::filesystem::path& folder, const std::string& content) {
    const auto temporary = folder / "bare.tmp";
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const int holder = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool done = ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
                      ::fsync(file) == 0 && ::rename(temporary.c_str(), (folder / "bare").c_str()) == 0 &&
                      ::fsync(holder) == 0;
    ::close(file);
    ::close(holder);
    return done;
}

double micros(Steady::time_point start) {
    return std::chrono::duration<double, std::micro>(Steady::now() - start).count();
}

double middle(std::vector<double> times) {
    std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
    return times[times.size() / 2];
}

} // namespace

int main(int count, char** words) {
    int rounds = 500;
    std::filesystem::path folder = std::filesystem::current_path();
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        if (word.starts_with("--count="))
            rounds = std::atoi(word.c_str() + 8);
        else
            folder = word;
    }
    folder /= "stored-file-" + std::to_string(::getpid());
    std::filesystem::create_directories(folder);

    const auto record = sample();
    const layer_cake::home::File<Record> file(folder / "record");
    bool fine = file.store(record).has_value();
    const auto content = layer_cake::read_file(file.path()).value_or("");
    std::vector<double> ours, theirs, reads;
    for (int i = 0; fine && i < rounds; ++i) {
        auto start = Steady::now();
        fine = fine && file.store(record).has_value();
        ours.push_back(micros(start));
        start = Steady::now();
        fine = fine && bare(folder, content);
        theirs.push_back(micros(start));
        start = Steady::now();
        fine = fine && file.recover().has_value();
        reads.push_back(micros(start));
    }
    std::filesystem::remove_all(folder);
    if (!fine) return std::puts("a file could not be written"), 1;
    std::printf("%zu bytes, %d rounds, medians\n", content.size(), rounds);
    std::printf("File::store %.1f us, bare calls %.1f us: %.2fx (wanted 1.3)\n", middle(ours), middle(theirs),
                middle(ours) / middle(theirs));
    std::printf("File::recover %.1f us\n", middle(reads));
}
