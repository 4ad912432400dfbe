#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/output.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>

namespace layer_cake::cli {
namespace {

Result<int> run(Invocation& call) {
    const auto place = home_word(call);
    if (!place) return fail(cannot("destroy", call.words.front(), place.error()));
    const auto path = shown(*place);
    const auto doing = fmt::format("cannot destroy \"{}\"", path);
    auto home = home::Home::open(path);
    if (!home) return fail(in_doing(doing, home.error()));
    if (auto done = home->destroy(); !done) return fail(in_doing(doing, done.error()));
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
