#include <cli/commands.hpp>

namespace layer_cake::cli {
namespace {

// What can be imported: one file each. Sorted; a test checks.
constexpr const Command* subjects[] = {
    &import_compose, &import_home, &import_image, &import_process_compose, &import_procfile, &import_supervisord,
};

Result<int> run(Invocation&) {
    return fail(no_subject(import_command));
}

} // namespace

constinit const Command import_command{
    .name = "import",
    .words = "WHAT [WORD...]",
    .summary = "make a group of what was written in another form",
    .run = run,
    .subjects = subjects,
};

} // namespace layer_cake::cli
