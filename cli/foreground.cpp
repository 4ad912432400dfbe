#include <cli/foreground.hpp>
#include <cli/goal.hpp>
#include <cli/merged_log.hpp>
#include <cli/progress.hpp>
#include <cli/service_notify.hpp>
#include <cli/wait_for.hpp>
#include <csignal>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/history.hpp>
#include <layer_cake/supervise/group_process.hpp>
#include <ostream>

namespace layer_cake::cli {

using supervise::State;

namespace {

/// One group seen from a terminal: its events, its logs, and the person's signals.
class Watch {
public:
    Watch(Invocation& call, const OpenHome& opened, std::vector<std::string> names, LogStyle style, bool quiet,
          WallTime from)
        : call_(call),
          endpoint_(supervise::ControlClient(opened.home.paths()).endpoint()),
          names_(std::move(names)),
          log_(loop_, opened.home.paths(), call.out, names_, style, from),
          progress_(call.err, names_, Progress::Rules{.quiet = quiet}) {}

    /// Until the group is gone. @param guardian  its pidfd
    void until_gone(int guardian, Fd* leash);
    /// Until the group ends, or a signal.
    void until_interrupted();

    const GroupView& view() const { return view_; }
    int interrupted_by() const { return signal_; } ///< the first signal, or 0
    bool notifying() const { return notify_.wanted(); }
    void drain() { log_.drain(); }

private:
    void listen();
    void take(const std::vector<codec::Value>& events);
    void stream_closed();
    void interrupt(int number, Fd* leash);
    void tell_service_manager();

    Loop loop_;
    Invocation& call_;
    net::Endpoint endpoint_;
    std::vector<std::string> names_;
    MergedLog log_;
    Progress progress_;
    ServiceNotify notify_;
    GroupView view_;
    std::unique_ptr<supervise::EventStream> events_;
    std::vector<std::unique_ptr<ControlRequest>> requests_;
    bool heard_ = false; ///< from this stream
    bool ends_with_stream_ = false;
    bool told_ready_ = false;
    std::string told_status_;
    int signal_ = 0;
    int signals_ = 0;
};

void Watch::listen() {
    heard_ = false;
    events_ = std::make_unique<supervise::EventStream>(
        loop_, endpoint_, [this](const std::vector<codec::Value>& events) { take(events); },
        [this](const Result<void>&) { loop_.defer([this] { stream_closed(); }); });
}

void Watch::take(const std::vector<codec::Value>& events) {
    heard_ = true;
    for (const auto& event : events)
        if (!view_.apply(event)) return;
    progress_.show(view_);
    tell_service_manager();
}

// A reader that was too slow is let go by the group, and asks again.
void Watch::stream_closed() {
    events_.reset();
    if (heard_ && !view_.ended())
        listen();
    else if (ends_with_stream_)
        loop_.stop();
}

void Watch::tell_service_manager() {
    if (!notify_.wanted()) return;
    std::size_t up = 0;
    for (const auto& name : names_) {
        const auto* role = view_.find(name);
        up += role && judge(*role, Goal::ready, true).kind == Verdict::Kind::reached;
    }
    std::string status = fmt::format("STATUS={}/{} ready", up, names_.size());
    if (up == names_.size() && !told_ready_) {
        told_ready_ = true;
        notify_.send("READY=1\n" + status);
    } else if (status != told_status_) {
        notify_.send(status);
    }
    told_status_ = std::move(status);
}

void Watch::interrupt(int number, Fd* leash) {
    if (++signals_ == 1) {
        signal_ = number;
        notify_.send("STOPPING=1\nSTATUS=stopping");
        call_.err << (number == SIGINT ? "\nstopping; once more kills\n" : "stopping\n") << std::flush;
    } else if (signals_ == 2) {
        call_.err << "killing\n" << std::flush;
    } else {
        return;
    }
    codec::Value body = codec::Object{};
    body.set("kill", signals_ > 1);
    requests_.push_back(
        std::make_unique<ControlRequest>(loop_, endpoint_, "/shutdown", body, [leash](Result<codec::Value> answer) {
            if (!answer && answer.error().fault != Fault::disconnected) leash->reset(); // the other way to say it
        }));
}

void Watch::until_gone(int guardian, Fd* leash) {
    Signals signals(loop_, {SIGINT, SIGTERM, SIGHUP}, [this, leash](int number) { interrupt(number, leash); });
    Poll gone(loop_, guardian);
    gone.start(Poll::readable, [this](int) { loop_.stop(); });
    listen();
    loop_.run();
    requests_.clear();
    events_.reset();
    progress_.finish();
}

void Watch::until_interrupted() {
    Signals signals(loop_, {SIGINT, SIGTERM, SIGHUP}, [this](int number) {
        signal_ = number;
        loop_.stop();
    });
    ends_with_stream_ = true;
    listen();
    loop_.run();
    events_.reset();
    progress_.finish();
}

LogStyle style_for(const Invocation& call, bool names) {
    LogStyle style;
    style.times = false;
    style.names = names;
    style.colour = colour_wanted(call);
    style.safe = call.out_is_terminal;
    return style;
}

/// When the group ended before it could be listened to: from what it left behind.
int status_from_histories(const OpenHome& opened, const std::string& main_role, const std::vector<std::string>& names,
                          std::ostream& err) {
    int status = Exit::ok;
    for (const auto& name : main_role.empty() ? names : std::vector<std::string>{main_role}) {
        const auto lives = home::History(opened.home.paths().history(name)).read(false);
        if (!lives || lives->empty()) continue;
        const auto& ended = lives->back().ended;
        if (!main_role.empty()) return status_of(ended);
        if (ended.success()) continue;
        err << fmt::format("layer-cake: \"{}\" failed: {}\n", name, ended.text());
        status = Exit::failed;
    }
    return status;
}

int final_status(const GroupView& view, std::ostream& err) {
    if (!view.status().main_role.empty()) {
        if (const auto* main = view.find(view.status().main_role);
            main && main->last_end && main->last_end->how == home::Ended::How::not_started)
            err << fmt::format("layer-cake: cannot start \"{}\": {}\n", main->name,
                               terminal_safe(main->last_end->text()));
        return status_of_json(view.returned());
    }
    for (const auto& role : view.status().roles)
        if (role.state == State::failed)
            err << fmt::format("layer-cake: \"{}\" failed: {}\n", role.name, terminal_safe(role.reason));
    return status_of_json(view.returned());
}

} // namespace

int status_of(const home::Ended& ended) {
    switch (ended.how) {
    case home::Ended::How::exited:
        return ended.code;
    case home::Ended::How::signaled:
        return 128 + ended.code;
    default:
        return Exit::failed;
    }
}

int status_of_json(const codec::Value& ended) {
    const codec::Value* kind = ended.find("kind");
    if (!kind || !kind->string()) return Exit::failed;
    const codec::Value* code = ended.find("code");
    const codec::Value* signal = ended.find("signal");
    if (*kind->string() == "exited" && code && code->integer()) return static_cast<int>(*code->integer());
    if (*kind->string() != "signaled") return Exit::failed;
    if (signal && signal->string()) return 128 + signal_number(*signal->string());
    return code && code->integer() ? 128 + static_cast<int>(*code->integer()) : static_cast<int>(Exit::failed);
}

Result<int> run_in_foreground(Invocation& call, const OpenHome& opened, const Foreground& how) {
    const auto names = how.roles.empty() ? opened.names() : how.roles;
    const WallTime from = SystemClock().wall();
    supervise::GroupOptions options;
    options.roles = how.roles;
    options.main_role = how.main_role;
    options.foreground = true;
    auto started = supervise::start_group(opened.home, options);
    if (!started) return fail(cannot("run", opened.path(), std::move(started).error()));

    Watch watch(call, opened, names, style_for(call, how.names), how.quiet, from);
    watch.until_gone(started->guardian.get(), &started->leash);
    watch.drain();
    call.out.flush();

    if (watch.interrupted_by() != 0)
        return watch.interrupted_by() == SIGTERM && watch.notifying() ? static_cast<int>(Exit::ok)
                                                                      : 128 + watch.interrupted_by();
    if (watch.view().ended()) return final_status(watch.view(), call.err);
    if (watch.view().known())
        return fail(Fault::failed, fmt::format("the group of \"{}\" ended unexpectedly", opened.path()));
    return status_from_histories(opened, how.main_role.empty() ? opened.group.main_role : how.main_role, names,
                                 call.err);
}

Result<int> follow_in_foreground(Invocation& call, const OpenHome& opened, WallTime from) {
    Watch watch(call, opened, opened.names(), style_for(call, true), false, from);
    watch.until_interrupted();
    watch.drain();
    call.out.flush();
    if (watch.interrupted_by() != 0) {
        call.err << "\nthe group keeps running; \"layer-cake down\" stops it\n";
        return 128 + watch.interrupted_by();
    }
    if (watch.view().ended()) return final_status(watch.view(), call.err);
    return fail(Fault::failed, fmt::format("the group of \"{}\" ended unexpectedly", opened.path()));
}

} // namespace layer_cake::cli
