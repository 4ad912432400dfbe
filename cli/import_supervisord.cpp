#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/foreign_file.hpp>
#include <cli/output.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <glob.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/percent_text.hpp>
#include <layer_cake/home/foreign/supervisord.hpp>
#include <layer_cake/home/interpolate.hpp>
#include <unistd.h>

namespace layer_cake::cli {
namespace {

namespace foreign = home::foreign;
namespace fs = std::filesystem;

/// The files a pattern means, sorted; a relative one is below the first file's folder.
Result<std::vector<std::string>> files_like(const std::string& pattern, const foreign::SupervisordPlace& place) {
    auto text = foreign::expand_percents(pattern, {{"here", place.here}, {"host_node_name", place.host_node_name}});
    if (text) text = home::interpolate(*text, home::environment_variable);
    if (!text) return fail(in_doing(fmt::format("[include] \"{}\"", terminal_safe(pattern)), text.error()));
    std::vector<std::string> files;
    glob_t found{};
    if (::glob((fs::path(place.here) / *text).c_str(), 0, nullptr, &found) == 0)
        files.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    return files;
}

foreign::SupervisordPlace place_of(const std::string& file) {
    std::error_code error;
    char host[256] = "";
    (void)::gethostname(host, sizeof host - 1);
    return {fs::absolute(file, error).parent_path().string(), host};
}

Result<int> run(Invocation& call) {
    auto file = read_foreign(call, {"supervisord.conf", "etc/supervisord.conf"});
    if (!file) return fail(file.error());
    const auto place = place_of(file->name);
    std::vector<foreign::Text> files;
    files.push_back(std::move(*file));
    for (const auto& pattern : foreign::supervisord_includes(files.front())) {
        const auto names = files_like(pattern, place);
        if (!names) return fail(in_doing("cannot import", names.error()));
        if (names->empty()) note(call, fmt::format("no file is like \"{}\" of [include]", terminal_safe(pattern)));
        for (const auto& name : *names) {
            auto content = read_file(name, 1u << 20);
            if (!content) return fail(in_doing("cannot import", std::move(content).error()));
            files.push_back({name, std::move(*content)});
            if (files.size() > 256) return fail(Fault::invalid, "cannot import more than 256 files");
        }
    }
    return give_import(call, foreign::import_supervisord(files, place));
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
