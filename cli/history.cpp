#include <cli/commands.hpp>
#include <cli/lives.hpp>
#include <fmt/format.h>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "long-listing", .help = "print the moments of start and end"},
    {.name = "role-name", .help = "the role, as an option", .value = "ROLE", .completes = "roles"},
};

Result<int> run(Invocation& call) {
    std::vector<std::string> words = call.words;
    if (auto role = call.value("role-name")) words.push_back(*role);
    if (words.size() != 1) return fail(Fault::invalid, "history needs the name of one role");
    const auto opened = open_home(call);
    if (!opened) return fail(cannot("show the history of", call.home, opened.error()));
    const auto role = named_role(opened->group, words.front());
    if (!role) return fail(cannot("show the history of", opened->path(), role.error()));
    const auto lives = read_lives(opened->home, *role);
    if (!lives) return fail(cannot("show the history of", *role, lives.error()));

    if (wants_json(call)) {
        codec::Array all;
        for (std::size_t i = 0; i < lives->size(); ++i)
            all.push_back(life_to_json(i, (*lives)[i]));
        codec::Value value = codec::Object{};
        value.set("role", *role);
        value.set("lives", std::move(all));
        print_json(call, "layer-cake.history/1", std::move(value));
        return Exit::ok;
    }
    const WallTime now = SystemClock().wall();
    for (std::size_t i = 0; i < lives->size(); ++i)
        call.out << (call.has("long-listing") ? life_long_line((*lives)[i]) : life_line(i, (*lives)[i], now)) << '\n';
    return Exit::ok;
}

} // namespace

constinit const Command history_command{
    .name = "history",
    .words = "ROLE",
    .summary = "show when a role was started and how it ended",
    .options = options,
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
