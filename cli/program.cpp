#include <cerrno>
#include <cli/definition.hpp>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace layer_cake::cli {
namespace {

enum class Found { no, not_executable, yes };

Found look(const std::filesystem::path& file) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0) return Found::no;
    return S_ISREG(facts.st_mode) && ::access(file.c_str(), X_OK) == 0 ? Found::yes : Found::not_executable;
}

std::string whole(const std::filesystem::path& file) {
    return std::filesystem::absolute(file).lexically_normal().string();
}

} // namespace

bool is_there(const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::exists(std::filesystem::symlink_status(file, error));
}

Result<std::string> find_program(const std::string& word) {
    if (word.empty()) return fail(Fault::invalid, "the program has no name");
    if (word.find('/') == std::string::npos) {
        const char* const path = std::getenv("PATH");
        for (const auto& folder : split(path ? path : "/usr/local/bin:/usr/bin:/bin", ':')) {
            const auto file = std::filesystem::path(folder.empty() ? "." : folder) / word;
            if (look(file) == Found::yes) return whole(file);
        }
    }
    switch (look(word)) {
    case Found::yes:
        return whole(word);
    case Found::not_executable:
        return fail(Fault::invalid, fmt::format("\"{}\" is not an executable file", word));
    case Found::no:
        break;
    }
    return fail(Fault::missing, fmt::format("executable \"{}\" not found", word));
}

} // namespace layer_cake::cli
