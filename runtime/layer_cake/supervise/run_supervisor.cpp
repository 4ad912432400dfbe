#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/code_pages.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/pidfd.hpp>
#include <layer_cake/supervise/control_server.hpp>
#include <layer_cake/supervise/home_watch.hpp>
#include <layer_cake/supervise/names.hpp>
#include <layer_cake/supervise/pools.hpp>
#include <layer_cake/supervise/supervisor.hpp>
#include <layer_cake/supervise/tree.hpp>
#include <malloc.h>
#include <sys/prctl.h>

extern char** environ;

namespace layer_cake::supervise {

using codec::Object;

namespace {

constexpr Duration quiet_for = std::chrono::milliseconds(100); ///< after the last request: then memory is given back

/// The environment of the command that started the group, without what was meant for that command alone.
std::vector<std::string> inherited_environment(const home::Paths& paths) {
    static constexpr std::string_view private_names[] = {
        "NOTIFY_SOCKET=",     "LISTEN_FDS=",          "LISTEN_PID=",          "LISTEN_FDNAMES=",  "WATCHDOG_USEC=",
        "LAYER_CAKE_CGROUP=", "WATCHDOG_PID=",        "LAYER_CAKE_SEED=",     "LAYER_CAKE_HOME=", "LAYER_CAKE_ROLE=",
        "LAYER_CAKE_INDEX=",  "LAYER_CAKE_SETTINGS=", "LAYER_CAKE_DIRECTORY="};
    std::vector<std::string> inherited;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text = *entry;
        bool kept = true;
        for (const auto name : private_names)
            kept = kept && !text.starts_with(name);
        if (kept) inherited.emplace_back(text);
    }
    inherited.push_back("LAYER_CAKE_HOME=" + paths.home.string());
    inherited.push_back("LAYER_CAKE_DIRECTORY=" + paths.directory().string());
    return inherited;
}

void report_once(int report, const codec::Value& value) {
    const std::string line = codec::write_json(value) + "\n";
    if (report >= 0 && ::write(report, line.data(), line.size()) < 0) return; // the command is gone: nobody to tell
}

/// Makes room in our table of descriptors while we have one thread: with more, the kernel lets each growth of it wait
/// for a grace period, tens of milliseconds long.
void make_room_for_descriptors(std::size_t roles) {
    constexpr std::size_t own = 64, of_a_role = 8;
    const int last = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, static_cast<int>(own + of_a_role * roles));
    if (last >= 0) ::close(last);
}

/// Memory that only what has been done needed, and will not soon be done again.
void tidy_up() {
    ::malloc_trim(0);
    give_back_code_pages();
}

int refuse(int report, const Error& error) {
    report_once(report, Object{{"error", Object{{"fault", static_cast<int>(error.fault)}, {"detail", error.detail}}}});
    return 1;
}

} // namespace

int run_supervisor(const home::Home& home, const GroupOptions& options, int report, int leash, pid_t guardian) {
    Fd report_fd(report), leash_fd(leash);
    become_subreaper();
    ::prctl(PR_SET_NAME, "layer-cake"); // as ps shows it
    std::signal(SIGPIPE, SIG_IGN);

    auto group = home.group();
    if (!group) return refuse(report, home::to_error(group.error()));
    if (!options.main_role.empty() && !group->find(options.main_role))
        return refuse(report, {Fault::missing, fmt::format("no role \"{}\" to be the main role", options.main_role)});
    for (const auto& role : group->roles)
        (void)home.make_role(role.name); // one that is damaged is that role's failure when it is launched
    if (auto made = home::make_role_folder(home.paths(), "group"); !made) return refuse(report, made.error());

    process::raise_nofile();
    make_room_for_descriptors(group->roles.size());
    Loop loop;
    SystemClock clock;
    Random random;
    auto control = ControlServer::listen(loop, home.paths());
    if (!control) return refuse(report, control.error());

    home::History history(home.paths().history("group"));
    auto logs = std::make_unique<LogKeeper>(loop);
    Exits exits(loop);
    const auto cgroups = Cgroups::find();
    RoleContext context{loop,
                        clock,
                        random,
                        exits,
                        cgroups ? &*cgroups : nullptr,
                        logs.get(),
                        home.paths(),
                        inherited_environment(home.paths())};
    Pools pools(context);
    if (auto opened = pools.apply(*group); !opened) return refuse(report, opened.error());
    Names names(context);
    if (auto opened = names.apply(*group); !opened) return refuse(report, opened.error());
    context.names = &names;
    std::unique_ptr<Supervisor> supervisor;
    context.settle = [&] { supervisor->settle(); };
    context.find = [&](std::string_view name) { return supervisor->find(name); };
    Supervisor::Events events;
    events.changed = [&](auto roles, auto changes) { (*control)->changed(roles, changes); };
    events.finished = [&](const RoleProcess& role) { return pools.finished(role); };
    events.adopting = [&](const home::Group& wanted) {
        auto applied = pools.apply(wanted);
        return applied ? names.apply(wanted) : applied;
    };
    events.pools = [&] { return pools.status(); };
    events.settled = [&, tidied = false]() mutable {
        if (supervisor->stopping()) pools.stop();
        pools.look_at(supervisor->roles());
        names.look_at(supervisor->roles());
        (*control)->settled();
        if (tidied || supervisor->starting()) return;
        tidied = true;
        tidy_up(); // what only the start needed
    };
    Timer quiet(loop);
    std::optional<HomeWatch> home_watch;
    events.ended = [&] {
        home_watch.reset();
        context.logs = nullptr;
        logs.reset(); // all that was written is in the files before anybody hears of the end
        (void)history.ended(clock.wall(), ::getpid(), supervisor->result());
        (*control)->ended(supervisor->result());
        loop.stop();
    };
    const auto chosen = options.roles;
    supervisor = std::make_unique<Supervisor>(context, home, std::move(*group), options, std::move(events));
    (*control)->serve(*supervisor, [&] { quiet.start(quiet_for, tidy_up); });

    std::vector<std::string> wanted;
    if (chosen.empty()) {
        for (const auto& role : supervisor->group().roles)
            wanted.push_back(role.name);
    } else {
        auto found = supervisor->instances(chosen);
        if (!found) return refuse(report, found.error());
        wanted = std::move(*found);
    }

    int interrupts = 0;
    Signals signals(loop, {SIGINT, SIGTERM, SIGHUP, SIGQUIT}, [&](int) { supervisor->shutdown(++interrupts > 1); });
    Poll leash_poll(loop, leash_fd ? leash_fd.get() : STDIN_FILENO);
    if (leash_fd)
        leash_poll.start(Poll::readable, [&](int) {
            leash_poll.cancel();
            supervisor->shutdown(false);
        });
    Fd guardian_fd = open_pidfd(guardian);
    Poll guardian_poll(loop, guardian_fd ? guardian_fd.get() : STDIN_FILENO);
    if (guardian_fd)
        guardian_poll.start(Poll::readable, [&](int) {
            guardian_poll.cancel();
            supervisor->guardian_lost();
        });

    home_watch.emplace(loop, home.paths(),
                       HomeWatch::Events{.control_gone = [&] { (void)(*control)->listen_again(); },
                                         .directory_gone = [&] { (void)names.listen_again(); },
                                         .home_gone = [&] { supervisor->shutdown(false); }});

    (void)history.started(clock.wall(), ::getpid());
    supervisor->start(wanted, true);
    report_once(report, Object{{"pid", ::getpid()}});
    report_fd.reset();
    loop.run();
    bool late = false;
    Timer patience(loop);
    patience.start(std::chrono::seconds(1), [&] { late = true; });
    do // the last answers leave
        ::uv_run(loop.uv(), UV_RUN_ONCE);
    while (!(*control)->flushed() && !late);
    return 0;
}

} // namespace layer_cake::supervise
