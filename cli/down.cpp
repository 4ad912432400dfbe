#include <cli/commands.hpp>
#include <cli/role_words.hpp>
#include <cli/shut_down.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "timeout", .help = "stop waiting after this time; the stop goes on", .value = "SPAN"},
    {.name = "kill", .help = "kill at once instead of asking"},
    {.name = "destroy", .help = "remove the home afterwards: definition, logs and all"},
};

Result<int> run(Invocation& call) {
    ShutDown how;
    how.kill = call.has("kill");
    const auto timeout = span_option(call, "timeout");
    if (!timeout) return fail(timeout.error());
    how.timeout = timeout->value_or(Duration::zero());
    auto home = home::Home::open(call.home);
    if (!home) return fail(cannot("take down", call.home, std::move(home).error()));
    const std::string path = home->paths().home.string();

    auto done = shut_down(call, *home, how);
    if (!done && done.error().fault != Fault::not_running)
        return fail(cannot("take down", path, std::move(done).error()));
    if (!done && !call.has("destroy")) call.err << "nothing is running\n";
    if (call.has("destroy"))
        if (auto removed = home->destroy(); !removed) return fail(cannot("destroy", path, std::move(removed).error()));
    return Exit::ok;
}

} // namespace

constinit const Command down_command{
    .name = "down",
    .words = "",
    .summary = "stop the whole group, if it runs; the home stays unless --destroy",
    .options = options,
    .run = run,
};

} // namespace layer_cake::cli
