#include <cli/commands.hpp>
#include <cli/foreign_file.hpp>
#include <layer_cake/home/foreign/procfile.hpp>

namespace layer_cake::cli {
namespace {

Result<int> run(Invocation& call) {
    const auto file = read_foreign(call, {"Procfile"});
    if (!file) return fail(file.error());
    return give_import(call, home::foreign::import_procfile(*file, env_file_beside(file->name)));
}

} // namespace

constinit const Command import_procfile{
    .name = "import procfile",
    .words = "[FILE]",
    .summary = "make a group file of a Procfile",
    .options = {&import_to, 1},
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
