#include <algorithm>
#include <cli/progress.hpp>
#include <cli/table.hpp>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <ostream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace layer_cake::cli {

using supervise::RoleStatus;
using supervise::State;

namespace {

bool settled(const RoleStatus& role) {
    return (role.state == State::running && role.ready) || role.state == State::completed ||
           role.state == State::failed || role.state == State::stopped;
}

Colour colour_of(const RoleStatus& role) {
    switch (role.state) {
    case State::running:
        return role.ready ? Colour::green : Colour::yellow;
    case State::completed:
        return Colour::green;
    case State::failed:
        return Colour::red;
    case State::stopped:
        return Colour::dim;
    default:
        return Colour::yellow;
    }
}

std::string state_words(const RoleStatus& role) {
    std::string words(supervise::state_name(role.state));
    if (role.state == State::running && role.ready) words = "ready";
    if (role.state == State::waiting && !role.waiting_for.empty())
        return words + "  for " + join(role.waiting_for, ", ");
    if (!role.reason.empty() && role.reason != words) words += "  " + role.reason;
    return words;
}

} // namespace

std::string_view reached_word(const RoleStatus& role) {
    switch (role.state) {
    case State::starting:
        return "started";
    case State::running:
        return role.ready ? "ready" : "started";
    case State::backoff:
        return "restarting";
    case State::stopped:
        return "stopped";
    case State::completed:
        return "completed";
    case State::failed:
        return "failed";
    default:
        return {};
    }
}

Progress::Progress(std::ostream& err, std::vector<std::string> names, Rules rules)
    : err_(err), names_(std::move(names)), rules_(rules) {}

void Progress::begin(const GroupView& view) {
    for (const auto& name : names_)
        if (const RoleStatus* role = view.find(name))
            said_.insert_or_assign(name, Said{std::string(reached_word(*role)), role->started_at});
}

void Progress::show(const GroupView& view) {
    if (rules_.quiet) return;
    if (rules_.live)
        show_live(view);
    else
        show_plain(view);
}

void Progress::show_plain(const GroupView& view) {
    for (const auto& name : names_) {
        const RoleStatus* role = view.find(name);
        if (!role) continue;
        const std::string_view word = reached_word(*role);
        // What comes in one batch is seen at its end: a process that is ready again is another one.
        auto [known, fresh] = said_.try_emplace(name);
        if (known->second.word == word && known->second.started_at == role->started_at) continue;
        known->second = {std::string(word), role->started_at};
        if (word.empty()) continue;
        err_ << word << ' ' << name;
        if ((role->state == State::failed || role->state == State::backoff) && !role->reason.empty())
            err_ << ": " << terminal_safe(role->reason);
        err_ << '\n';
    }
    err_.flush();
}

void Progress::show_live(const GroupView& view) {
    std::vector<const RoleStatus*> shown;
    std::size_t done = 0, width = 0;
    for (const auto& name : names_)
        if (const RoleStatus* role = view.find(name)) {
            shown.push_back(role);
            done += settled(*role);
            width = std::max(width, display_width(name));
        }
    const std::size_t all = shown.size();
    if (all > rules_.rows) {
        std::stable_partition(shown.begin(), shown.end(), [](const RoleStatus* role) { return !settled(*role); });
        shown.resize(rules_.rows - 1);
    }
    // A line that wraps would be two for the cursor: names give way to what is said of them.
    constexpr std::size_t least_words = 10;
    width = std::min(width, rules_.columns > least_words + 4 ? rules_.columns - least_words - 4 : 1);
    std::string frame;
    for (const RoleStatus* role : shown) {
        const std::string name = shortened(role->name, width);
        const std::size_t room = rules_.columns > width + 4 ? rules_.columns - width - 4 : 1;
        const std::string words = shortened(terminal_safe(state_words(*role)), room);
        frame += fmt::format("  {}{}  {}\n", name, std::string(width - display_width(name), ' '),
                             paint(words, colour_of(*role), rules_.colour));
    }
    if (all > shown.size()) frame += fmt::format("  {} of {} done\n", done, all);
    if (frame == frame_) return;
    std::string text;
    if (height_ > 0) text = fmt::format("\x1b[{}A", height_);
    text += "\x1b[J" + frame;
    err_ << text << std::flush;
    height_ = static_cast<std::size_t>(std::count(frame.begin(), frame.end(), '\n'));
    frame_ = std::move(frame);
}

void Progress::finish() {
    height_ = 0;
    rules_.quiet = true;
    err_.flush();
}

Progress::Rules progress_rules(bool colour) {
    Progress::Rules rules;
    constexpr unsigned narrowest = 20;
    rules.live = ::isatty(STDERR_FILENO) == 1;
    rules.colour = colour;
    winsize size{};
    if (rules.live && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0) {
        if (size.ws_row > 6) rules.rows = size.ws_row - 4u;
        if (size.ws_col > 0) rules.columns = size.ws_col - 1u;
        if (size.ws_col > 0 && size.ws_col < narrowest) rules.live = false;
    }
    return rules;
}

} // namespace layer_cake::cli
