// Runs a fuzz target over the files and folders named: the corpus as a unit test, and a crash
// found by libFuzzer again. `--mutate N` adds N seeded mutations of each file.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void feed(const std::string& text) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A few cuts, doublings, changed bytes and pieces of another file.
std::string mutated(std::string text, const std::string& other, std::mt19937& random) {
    const auto below = [&random](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
    for (std::size_t steps = 1 + below(4); steps > 0; --steps) {
        const auto at = below(text.size() + 1);
        const auto size = below(std::min<std::size_t>(text.size() - at, 16) + 1);
        switch (below(5)) {
        case 0:
            text.erase(at, size);
            break;
        case 1:
            text.insert(at, text.substr(at, size));
            break;
        case 2:
            text.insert(at, 1, static_cast<char>(below(256)));
            break;
        case 3:
            text.insert(at, 1, "{}[]:,-?*&!|>'\"\n #\t\\0e."[below(23)]);
            break;
        default:
            text.replace(at, size, other.substr(below(other.size() + 1), 16));
            break;
        }
    }
    return text;
}

} // namespace

int main(int count, char** words) {
    std::vector<fs::path> files;
    std::size_t mutations = 0;
    for (int i = 1; i < count; ++i) {
        if (std::string(words[i]) == "--mutate" && i + 1 < count)
            mutations = std::stoul(words[++i]);
        else if (fs::is_directory(words[i]))
            std::copy(fs::directory_iterator(words[i]), fs::directory_iterator(), std::back_inserter(files));
        else
            files.emplace_back(words[i]);
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> texts;
    std::transform(files.begin(), files.end(), std::back_inserter(texts), read);
    std::mt19937 random(1);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        std::printf("%s\n", files[i].c_str());
        std::fflush(stdout); // names the culprit when the target aborts
        feed(texts[i]);
        for (std::size_t n = 0; n < mutations; ++n)
            feed(mutated(texts[i], texts[random() % texts.size()], random));
    }
    return texts.empty() ? 1 : 0;
}
