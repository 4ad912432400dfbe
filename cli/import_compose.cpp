#include <cli/commands.hpp>
#include <cli/foreign_file.hpp>
#include <layer_cake/home/foreign/compose.hpp>

namespace layer_cake::cli {
namespace {

Result<int> run(Invocation& call) {
    const auto file = read_foreign(call, {"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"});
    if (!file) return fail(file.error());
    return give_import(call, home::foreign::import_compose(*file, env_file_beside(file->name)));
}

} // namespace

constinit const Command import_compose{
    .name = "import compose",
    .words = "[FILE]",
    .summary = "make a group file of a compose file",
    .options = {&import_to, 1},
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
