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
    supervise::ControlClient client(home.paths());
    auto status = client.status();
    if (!status && !has_gone(status.error())) return fail(std::move(status).error());
    if (!status && !home.running()) return fail(Fault::not_running, "nothing is running");
    const GuardianWatch guardian(status ? *status : supervise::GroupStatus{});

    if (status) {
        std::vector<std::string> names;
        for (const auto& role : status->roles)
            names.push_back(role.name);
        Progress progress(call.err, std::move(names), progress_rules(colour_wanted_on_err(call)));
        bool first = true;
        Following following;
        following.timeout = how.timeout;
        following.target = "/shutdown";
        following.body.set("kill", how.kill);
        following.changed = [&](const GroupView& view) {
            if (first) progress.begin(view);
            first = false;
            progress.show(view);
        };
        auto followed = follow_group(client.endpoint(), following);
        progress.finish();
        if (!followed && !has_gone(followed.error())) return fail(std::move(followed).error());
    }

    Duration left{};
    if (how.timeout > Duration::zero()) left = std::max<Duration>(how.timeout - (clock.now() - begun), Duration(1));
    return guardian.wait(home, left);
}

} // namespace layer_cake::cli
