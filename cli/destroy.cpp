#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/role_words.hpp>

namespace layer_cake::cli {
namespace {

Result<int> run(Invocation& call) {
    const auto path = shown(call.words.empty() ? call.home : call.words.front());
    auto home = home::Home::open(path);
    if (!home) return fail(cannot("destroy", path, home.error()));
    if (auto done = home->destroy(); !done) return fail(cannot("destroy", path, done.error()));
    return Exit::ok;
}

} // namespace

constinit const Command destroy_command{
    .name = "destroy",
    .words = "[HOME]",
    .summary = "remove a home with all its roles, logs and history",
    .run = run,
    .completes = "folders",
};

} // namespace layer_cake::cli
