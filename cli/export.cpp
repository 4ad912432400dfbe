#include <cli/commands.hpp>

namespace layer_cake::cli {
namespace {

// What can be exported: one file each. Sorted; a test checks.
constexpr const Command* subjects[] = {
    &export_home, &export_image, &export_kubernetes, &export_procfile, &export_systemd,
};

Result<int> run(Invocation&) {
    return fail(no_subject(export_command));
}

} // namespace

constinit const Command export_command{
    .name = "export",
    .words = "WHAT [WORD...]",
    .summary = "write a group in another form",
    .run = run,
    .subjects = subjects,
};

} // namespace layer_cake::cli
