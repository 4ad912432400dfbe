#include <cli/commands.hpp>
#include <cli/lives.hpp>
#include <cli/narrative.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/log_reader.hpp>
#include <layer_cake/supervise/control.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr std::size_t lines_shown = 5;

std::vector<std::string> last_lines(const home::Home& home, const std::string& role) {
    std::vector<std::string> lines;
    home::LogReader reader(home.paths().logs(role));
    reader.seek_tail(lines_shown);
    (void)reader.read(
        [&](const home::LogLine& line) {
            lines.push_back(line.text);
            return true;
        },
        true);
    return lines;
}

Result<int> run(Invocation& call) {
    if (call.words.size() != 1) return fail(Fault::invalid, "explain needs the name of one role");
    const auto opened = open_home(call);
    if (!opened) return fail(cannot("explain", call.home, opened.error()));
    const auto role = named_role(opened->group, call.words.front());
    if (!role) return fail(cannot("explain", opened->path(), role.error()));

    GroupView view;
    auto status = supervise::ControlClient(opened->home.paths()).status();
    if (status)
        view = GroupView(std::move(*status));
    else if (status.error().fault != Fault::not_running && status.error().fault != Fault::missing &&
             status.error().fault != Fault::disconnected) // it ended while we asked
        return fail(cannot("explain", *role, std::move(status).error()));
    auto lives = read_lives(opened->home, *role);
    if (!lives) return fail(cannot("explain", *role, std::move(lives).error()));

    const Facts facts{opened->group,       view, *role, std::move(*lives), last_lines(opened->home, *role),
                      SystemClock().wall()};
    if (wants_json(call)) {
        print_json(call, "layer-cake.explain/1", explain_json(facts));
        return Exit::ok;
    }
    for (const auto& line : explain(facts))
        call.out << (call.out_is_terminal ? terminal_safe(line) : line) << '\n';
    return Exit::ok;
}

} // namespace

constinit const Command explain_command{
    .name = "explain",
    .words = "ROLE",
    .summary = "say why a role is, or is not, up",
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
