#include <charconv>
#include <cli/commands.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>
#include <layer_cake/supervise/group_process.hpp>
#include <layer_cake/supervise/guardian.hpp>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "report-fd", .help = "where to say that the group runs, or why not", .value = "FD"},
    {.name = "leash-fd", .help = "the group ends when this is closed by its other end", .value = "FD"},
    {.name = "role", .help = "a role to start (default all)", .value = "ROLE", .repeats = true},
    {.name = "main-role", .help = "the role whose end ends the group", .value = "ROLE"},
    {.name = "foreground", .help = "end when the command that started it is gone"},
};

Result<int> fd_option(const Invocation& call, std::string_view name) {
    const auto text = call.value(name);
    if (!text) return -1;
    int fd = -1;
    const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), fd);
    if (ec != std::errc() || end != text->data() + text->size() || fd < 0)
        return fail(Fault::invalid, fmt::format("--{}: \"{}\" is no file descriptor", name, *text));
    return fd;
}

Result<int> run(Invocation& call) {
    const auto report = fd_option(call, "report-fd");
    if (!report) return fail(report.error());
    const auto leash = fd_option(call, "leash-fd");
    if (!leash) return fail(leash.error());
    const auto home = home::Home::open(call.home);
    if (!home) { // it was destroyed since the command that starts us looked
        supervise::write_report(*report, home.error());
        return fail(cannot("run", call.home, home.error()));
    }

    supervise::GroupOptions group;
    if (auto roles = call.options.find("role"); roles != call.options.end()) group.roles = roles->second;
    group.main_role = call.value("main-role").value_or("");
    group.foreground = call.has("foreground");
    return supervise::run_group(*home, group, *report, *leash);
}

} // namespace

constinit const Command group_command{
    .name = "group",
    .words = "",
    .summary = "be the group of a home; started by the other commands",
    .options = options,
    .run = run,
    .hidden = true,
};

} // namespace layer_cake::cli
