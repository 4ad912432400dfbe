#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/process/returned_file.hpp>
#include <sys/stat.h>
#include <vector>

namespace layer_cake::process {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kept = 16, longest = 1u << 20;

fs::path file_of(const fs::path& role_folder, int pid) {
    return role_folder / "returned" / fmt::format("{}.json", pid);
}

} // namespace

Result<void> keep_returned(const fs::path& role_folder, int pid, std::string_view full) {
    if (full.size() > longest) return fail(Fault::invalid, "a returned value above 1 MiB is not kept");
    const auto folder = role_folder / "returned";
    if (auto made = make_folder(folder); !made) return made;
    if (auto written = replace_file(file_of(role_folder, pid), full); !written) return written;
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        files.emplace_back(entry.last_write_time(error), entry.path());
    std::sort(files.rbegin(), files.rend());
    for (std::size_t i = kept; i < files.size(); ++i)
        fs::remove(files[i].second, error);
    return ok();
}

std::optional<std::string> kept_returned(const fs::path& role_folder, int pid, WallTime started) {
    const auto file = file_of(role_folder, pid);
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0) return std::nullopt;
    const auto written = std::chrono::seconds(facts.st_mtim.tv_sec) + std::chrono::nanoseconds(facts.st_mtim.tv_nsec);
    // File times come from a clock that ticks every few milliseconds.
    if (written + std::chrono::milliseconds(20) < started.time_since_epoch()) return std::nullopt;
    auto text = read_file(file, longest);
    if (!text) return std::nullopt;
    return std::move(*text);
}

} // namespace layer_cake::process
