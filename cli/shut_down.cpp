#include <cli/guardian_wait.hpp>
#include <cli/progress.hpp>
#include <cli/shut_down.hpp>
#include <cli/table.hpp>
#include <cli/wait_for.hpp>
#include <fmt/format.h>
#include <layer_cake/core/time_text.hpp>

namespace layer_cake::cli {
namespace {

bool has_gone(const Error& error) {
    return error.fault == Fault::not_running || error.fault == Fault::disconnected;
}

} // namespace

Result<void> shut_down(Invocation& call, const home::Home& home, const ShutDown& how) {
    const SystemClock clock;
    const Instant begun = clock.now();
    std::optional<GuardianWatch> guardian;
    std::optional<Progress> progress;
    Following following;
    following.timeout = how.timeout;
    following.target = "/shutdown";
    following.body.set("kill", how.kill);
    following.changed = [&](const GroupView& view) {
        if (!progress) {
            guardian.emplace(view.status());
            std::vector<std::string> names;
            for (const auto& role : view.status().roles)
                names.push_back(role.name);
            progress.emplace(call.err, std::move(names), progress_rules(colour_wanted_on_err(call))).begin(view);
        }
        progress->show(view);
    };
    auto followed = follow_group(supervise::ControlClient(home.paths()).endpoint(), following);
    if (progress) progress->finish();
    if (!followed) {
        if (!has_gone(followed.error())) return fail(std::move(followed).error());
        if (!guardian && !home.running()) return fail(Fault::not_running, "nothing is running");
    }

    Duration left{};
    if (how.timeout > Duration::zero()) left = std::max<Duration>(how.timeout - (clock.now() - begun), Duration(1));
    if (!guardian) guardian.emplace(supervise::GroupStatus{});
    return guardian->wait(home, left);
}

} // namespace layer_cake::cli
