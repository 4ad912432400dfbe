#include <algorithm>
#include <cli/commands.hpp>
#include <cli/guardian_wait.hpp>
#include <cli/lives.hpp>
#include <cli/log_filter.hpp>
#include <cli/log_printer.hpp>
#include <cli/role_words.hpp>
#include <cli/screen.hpp>
#include <csignal>
#include <deque>
#include <fmt/format.h>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/home/log_follow.hpp>
#include <layer_cake/home/log_merge.hpp>
#include <layer_cake/process/python_past.hpp>
#include <layer_cake/supervise/control.hpp>
#include <map>
#include <ostream>
#include <utility>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "tail", .help = "begin with the last N lines", .value = "N"},
    {.name = "from", .help = "begin at a time (ISO 8601, UTC unless --clock)", .value = "TIME", .initials = false},
    {.name = "last",
     .help = "begin with the current calendar unit",
     .value = "UNIT",
     .completes = "MONTH|WEEK|DAY|HOUR|MINUTE|HALF|QUARTER|TEN|FIVE"},
    {.name = "start",
     .help = "begin with start N of the history, to the next start; negative counts from the end",
     .value = "N"},
    {.name = "back", .help = "begin this long ago", .value = "SPAN"},
    {.name = "to", .help = "end before a time", .value = "TIME", .initials = false},
    {.name = "span", .help = "end this long behind the beginning", .value = "SPAN", .initials = false},
    {.name = "count", .help = "end after N lines", .value = "N"},
    {.name = "follow", .help = "go on until the group ends", .letter = 'f', .initials = false},
    {.name = "grep", .help = "only lines in which the pattern is found", .value = "PATTERN"},
    {.name = "stdout", .help = "only what was written to stdout", .initials = false},
    {.name = "stderr", .help = "only what was written to stderr", .initials = false},
    {.name = "tags",
     .help = "only lines of an object program's log with one of these tags: + X > < ( ) & ! ? ^ ~ _ =",
     .value = "TAGS",
     .initials = false},
    {.name = "sample",
     .help = "only samples of that name: their time and values, a tab between",
     .value = "NAME",
     .initials = false},
    {.name = "clock", .help = "read and print local time", .initials = false},
    {.name = "no-prefix", .help = "print the text alone"},
    {.name = "raw", .help = "print the bytes as they were written, nothing escaped"},
};

/// One role's part of the log.
Result<home::LogSelection> selection_of(const Invocation& call, const home::Home& home, const std::string& role,
                                        const home::LogSelectors& selectors, WallTime now) {
    std::vector<home::Life> lives;
    if (selectors.start) {
        auto read = read_lives(home, role);
        if (!read) return fail(std::move(read).error());
        lives = std::move(*read);
    }
    return home::select_log(selectors, now, lives, terminal_rows(call));
}

/// Where a role's part begins.
struct Beginning {
    home::LogReader reader;
    std::size_t skip = 0; ///< lines that the filter admits and that come too early
};

/// Calls `admitted` for each line of the selection from `reader` on that the filter admits; the moment of the last of
/// all.
std::optional<WallTime> look_through(home::LogReader reader, const home::LogSelection& selection,
                                     const LogFilter& filter, const std::function<void(WallTime)>& admitted) {
    std::optional<WallTime> latest;
    (void)reader.read(
        [&](const home::LogLine& line) {
            latest = line.time;
            if ((!selection.to || line.time < *selection.to) && filter.admits(line)) admitted(line.time);
            return true;
        },
        true);
    return latest;
}

/// The last lines are those of the lines that are printed: with a filter all are looked at once, and then those since
/// the first of them.
Beginning beginning_of(const home::Paths& paths, const std::string& role, const home::LogSelection& selection,
                       const LogFilter& filter) {
    Beginning beginning{home::LogReader(paths.logs(role))};
    if (selection.tail && filter.admits_all()) {
        beginning.reader.seek_tail(*selection.tail, selection.to);
    } else if (selection.tail) {
        std::deque<WallTime> last;
        const auto latest = look_through(home::LogReader(paths.logs(role)), selection, filter, [&](WallTime time) {
            last.push_back(time);
            if (last.size() > *selection.tail) last.pop_front();
        });
        if (!latest) return beginning;
        const auto from = last.empty() ? *latest : *std::min_element(last.begin(), last.end());
        home::LogReader again(paths.logs(role));
        again.seek(from);
        std::size_t count = 0;
        look_through(std::move(again), selection, filter, [&](WallTime) { ++count; });
        beginning.skip = count - std::min(count, *selection.tail);
        beginning.reader.seek(from);
    } else if (selection.from) {
        beginning.reader.seek(*selection.from);
    }
    return beginning;
}

void print(const std::string& role, const home::LogLine& line, const LogFilter& filter, LogPrinter& printer) {
    if (!filter.samples()) return printer.print(role, line);
    auto sample = line;
    sample.text = filter.shown(line);
    printer.print(role, sample);
}

/// Prints until the group is gone, the reader of a pipe is, or a signal comes (whose default action would lose what is
/// buffered). When the group does not run, what is there is all.
void follow(Invocation& call, const home::Paths& paths, const std::vector<std::string>& roles,
            const std::vector<home::LogSelection>& selections, const LogFilter& filter, LogPrinter& printer) {
    const auto status = supervise::ControlClient(paths).status();
    const GuardianWatch guardian(status ? *status : supervise::GroupStatus{});
    Loop loop;
    bool flushing = false;
    std::map<std::string, std::size_t> skips;
    home::LogFollower follower(loop, [&](const std::string& role, const home::LogLine& line) {
        if (!filter.admits(line)) return;
        if (auto& skip = skips[role]; skip > 0) {
            --skip;
            return;
        }
        print(role, line, filter, printer);
        if (std::exchange(flushing, true)) return;
        loop.defer([&] {
            flushing = false;
            call.out.flush();
        });
    });
    for (std::size_t i = 0; i < roles.size(); ++i) {
        auto beginning = beginning_of(paths, roles[i], selections[i], filter);
        skips[roles[i]] = beginning.skip;
        (void)follower.add(roles[i], std::move(beginning.reader));
    }
    if (guardian.last() >= 0) {
        Poll gone(loop, guardian.last());
        gone.start(Poll::readable, [&](int) { loop.stop(); });
        const ReaderWatch reader(loop, [&] { loop.stop(); });
        Signals signals(loop, {SIGINT, SIGTERM, SIGHUP}, [&](int) { loop.stop(); });
        loop.run();
    }
    follower.drain();
    loop.turn();
}

Result<void> print_once(const home::Paths& paths, const std::vector<std::string>& roles,
                        const std::vector<home::LogSelection>& selections, const LogFilter& filter,
                        LogPrinter& printer) {
    home::LogMerge merge;
    std::vector<LineGate> gates;
    for (std::size_t i = 0; i < roles.size(); ++i) {
        auto beginning = beginning_of(paths, roles[i], selections[i], filter);
        merge.add(roles[i], std::move(beginning.reader));
        gates.emplace_back(roles[i], selections[i], beginning.skip);
    }
    auto open = std::count_if(gates.begin(), gates.end(), [](const LineGate& gate) { return !gate.closed(); });
    return merge.read(
        [&](const std::string& role, const home::LogLine& line) {
            auto& gate = gate_of(gates, role);
            if (gate.closed()) return true;
            if (gate.passes(line, filter)) print(role, line, filter, printer);
            if (gate.closed()) --open;
            return open > 0;
        },
        true);
}

/// Lets a running group put what its roles have written until now into their logs. One that does not answer at once
/// keeps nobody from reading what is there.
void catch_up(const home::Paths& paths, const std::vector<std::string>& roles) {
    constexpr auto patience = std::chrono::milliseconds(200);
    (void)supervise::ControlClient(paths).call(
        "POST", "/flush", codec::Object{{"roles", codec::Array(roles.begin(), roles.end())}}, patience);
}

Result<int> run(Invocation& call) {
    const auto selectors = read_selectors(call);
    if (!selectors) return fail(selectors.error());
    const auto filter = LogFilter::read(call);
    if (!filter) return fail(filter.error());
    const auto opened = open_home(call);
    if (!opened) return fail(cannot("print the log of", call.home, opened.error()));
    const auto roles =
        call.words.empty() ? Result<std::vector<std::string>>(opened->names()) : named_roles(opened->group, call.words);
    if (!roles) return fail(cannot("print the log of", opened->path(), roles.error()));
    catch_up(opened->home.paths(), *roles);

    const WallTime now = SystemClock().wall();
    std::vector<home::LogSelection> selections;
    for (const auto& role : *roles) {
        process::try_to_take_over_past(opened->home.paths(), role);
        auto selection = selection_of(call, opened->home, role, *selectors, now);
        if (!selection) return fail(cannot("print the log of", role, std::move(selection).error()));
        if (call.has("follow") && (selection->to || selection->count))
            return fail(Fault::invalid,
                        "what is followed has no end: --follow goes without --to, --span, --count and --start");
        selections.push_back(*selection);
    }
    LogStyle style;
    style.json = wants_json(call);
    style.raw = call.has("raw");
    style.times = !call.has("no-prefix");
    style.names = roles->size() > 1 && !call.has("no-prefix");
    style.colour = colour_wanted(call);
    style.safe = call.out_is_terminal;
    style.local = call.has("clock");
    LogPrinter printer(call.out, *roles, style);
    if (call.has("follow")) {
        follow(call, opened->home.paths(), *roles, selections, *filter, printer);
    } else if (auto printed = print_once(opened->home.paths(), *roles, selections, *filter, printer); !printed) {
        return fail(cannot("print the log of", opened->path(), std::move(printed).error()));
    }
    printer.finish();
    return Exit::ok;
}

} // namespace

constinit const Command log_command{
    .name = "log",
    .words = "[ROLE...]",
    .summary = "print what roles have written",
    .options = options,
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
