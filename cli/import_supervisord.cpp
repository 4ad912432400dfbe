#include <cli/commands.hpp>
#include <cli/foreign_file.hpp>
#include <cli/output.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <glob.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/foreign/supervisord.hpp>
#include <unistd.h>

namespace layer_cake::cli {
namespace {

namespace foreign = home::foreign;
namespace fs = std::filesystem;

/// The files a pattern means, sorted; a relative one is below `here`.
std::vector<std::string> files_like(std::string pattern, const fs::path& here) {
    for (auto at = pattern.find("%(here)s"); at != pattern.npos; at = pattern.find("%(here)s"))
        pattern.replace(at, 8, here.string());
    std::vector<std::string> files;
    glob_t found{};
    if (::glob((here / pattern).c_str(), 0, nullptr, &found) == 0)
        files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    return files;
}

Result<int> run(Invocation& call) {
    auto file = read_foreign(call, {"supervisord.conf", "etc/supervisord.conf"});
    if (!file) return fail(file.error());
    std::error_code error;
    const auto here = fs::absolute(file->name, error).parent_path();
    std::vector<foreign::Text> files;
    files.push_back(std::move(*file));
    for (const auto& pattern : foreign::supervisord_includes(files.front()))
        for (const auto& name : files_like(pattern, here)) {
            auto content = read_file(name, 1u << 20);
            if (!content) return fail(in_doing("import", std::move(content).error()));
            files.push_back({name, std::move(*content)});
            if (files.size() > 256) return fail(Fault::invalid, "cannot import more than 256 files");
        }
    char host[256] = "";
    (void)::gethostname(host, sizeof host - 1);
    return give_import(call, foreign::import_supervisord(files, {here.string(), host}));
}

} // namespace

constinit const Command import_supervisord{
    .name = "import supervisord",
    .words = "[FILE]",
    .summary = "make a group file of a supervisord.conf and what it includes",
    .options = {&import_to, 1},
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
