#include <cli/commands.hpp>

namespace layer_cake::cli {
namespace {

// Sorted; a test checks.
constexpr const Command* subjects[] = {&realm_keygen, &realm_status};

Result<int> run(Invocation&) {
    return fail(no_subject(realm_command));
}

} // namespace

constinit const Command realm_command{
    .name = "realm",
    .words = "WHAT [WORD...]",
    .summary = "make the keys of a realm of several sites, and show how one is",
    .run = run,
    .subjects = subjects,
};

} // namespace layer_cake::cli
