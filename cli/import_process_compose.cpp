#include <cli/commands.hpp>
#include <cli/foreign_file.hpp>
#include <layer_cake/home/foreign/process_compose.hpp>

namespace layer_cake::cli {
namespace {

Result<int> run(Invocation& call) {
    const auto file = read_foreign(call, {"process-compose.yaml", "process-compose.yml"});
    if (!file) return fail(file.error());
    return give_import(call, home::foreign::import_process_compose(*file, env_file_beside(file->name)));
}

} // namespace

constinit const Command import_process_compose{
    .name = "import process-compose",
    .words = "[FILE]",
    .summary = "make a group file of a file of process-compose",
    .options = {&import_to, 1},
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
