#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/core/pidfd.hpp>
#include <layer_cake/directory/messages.hpp>
#include <layer_cake/home/programs.hpp>
#include <layer_cake/net/listen.hpp>
#include <layer_cake/net/session.hpp>
#include <layer_cake/object/shard.hpp>
#include <layer_cake/process/directory_door.hpp>
#include <layer_cake/process/process_object.hpp>
#include <layer_cake/process/python_module.hpp>
#include <sys/socket.h>
#include <unistd.h>

namespace layer_cake::process {

/// Timers of a stand-in: a T1 is for the object.
struct Nudge {};   ///< what it was told was not heard
struct Overdue {}; ///< its patience is over
struct Leave {};   ///< it has ended; what it has left behind is not waited for any longer

} // namespace layer_cake::process

namespace layer_cake::type {

// Never described and so never encoded: they stay in the process.
template <>
struct Traits<process::Nudge> {
    static constexpr Shape shape() { return shape_of_object<process::Nudge>(Kind::message); }
};
template <>
struct Traits<process::Overdue> {
    static constexpr Shape shape() { return shape_of_object<process::Overdue>(Kind::message); }
};
template <>
struct Traits<process::Leave> {
    static constexpr Shape shape() { return shape_of_object<process::Leave>(Kind::message); }
};

} // namespace layer_cake::type

namespace layer_cake::process {

using object::Box;
using object::envelope;
using type::Any;

namespace {

constexpr Duration nudge_after = std::chrono::milliseconds(100);
constexpr Duration leave_after = std::chrono::seconds(1);
constexpr Duration forever = std::chrono::hours(24 * 365);
constexpr Duration begin_within = std::chrono::hours(1); ///< a program that is no object program never begins

} // namespace

ProcessObject::ProcessObject(object::Elsewhere&& object, ChildContext& context)
    : Object(*object.profile),
      object_(std::move(object)),
      context_(context),
      name_(context.names.take(!object_.place.role.empty() ? object_.place.role
                               : object_.name.empty()      ? object_.place.program
                                                           : object_.name,
                               !object_.place.role.empty())),
      role_(context.role + "." + name_.text()) {
    end_.patience = patience_with_child(object_.place.patience, context.shutdown_deadline);
    if (object_.place.program.empty()) return;
    home::Role role;
    role.command = {object_.place.program};
    role.settings = codec::Object{};
    module_ = find_module(role, context.home);
}

ProcessObject::~ProcessObject() {
    if (!process_.pidfd || ended_) return;
    signal(SIGKILL);
    reap(process_.pidfd);
}

void ProcessObject::call_then(const Then& then, Any value) {
    then(*this, std::move(value));
    after_handler();
}

void ProcessObject::accept(Box* box) {
    const auto* info = box->info;
    const bool own_timer = envelope(*box).from.id() < 0;
    const bool is_start = info == &type::info_of<type::Start>() && !process_.pidfd;
    const bool is_closed = info == &type::info_of<net::Closed>();
    const bool of_module =
        module_ && (info == &type::info_of<net::Accepted>() || (proxy_ && envelope(*box).from.id() == proxy_.id()));
    if (info == &type::info_of<type::Stop>()) come_to_an_end();
    if (!own_timer && !is_start && !is_closed && !of_module && info != &type::info_of<type::Returned>() && !child_)
        return held_.push(box);
    Any message;
    if (!take(box, message)) return;
    if (is_start)
        begin();
    else if (own_timer)
        timer(*info);
    else if (is_closed)
        closed_ = true;
    else if (of_module)
        hear_module(std::move(message));
    else
        pass_on(std::move(message));
    finish_when_done();
    after_handler();
}

void ProcessObject::pass_on(Any message) {
    if (!message.is<type::Stop>()) return forward(std::move(message), child_);
    if (module_) return; // it gets its SIGINT in time
    request(End{}, proxy_, end_.patience, [this](Object&, Any answer) { heard_ = heard_ || answer.is<Ending>(); });
}

void ProcessObject::begin() {
    if (auto started = start(); !started) return fail_with(std::move(started).error().detail);
    trail('(', fmt::format("Started process ({}) as role {}", process_.pid, role_));
    end_poll_.emplace(shard().loop(), process_.pidfd.get());
    end_poll_->start(Poll::readable, [this](int) { look_at_process(); });
    output_poll_.emplace(shard().loop(), output_.get());
    output_poll_->start(Poll::readable, [this](int) { read_output(); });
    if (module_) return;
    const auto door = attach(object::make_machine<DirectoryDoor>());
    request(Begin{std::move(object_.arguments), door}, proxy_, begin_within,
            [this](Object&, Any answer) { begun(std::move(answer)); });
}

Result<codec::Value> ProcessObject::settings_given() const {
    if (object_.arguments.empty()) return codec::Value();
    const auto& settings = object_.arguments.front();
    codec::JsonWriting how;
    how.wrap = codec::Wrap::none;
    codec::TextBuffer text;
    auto written = codec::write_json(text, *settings.info(), settings.value(), how);
    if (!written) return fail(std::move(written).error());
    return codec::parse_json(text.view());
}

Result<SpawnPlan> ProcessObject::plan() const {
    if (module_) return module_plan();
    const auto& place = object_.place;
    auto environment = child_environment(environ);
    if (place.program.empty()) {
        SpawnPlan plan;
        plan.executable = "/proc/self/exe";
        plan.arguments = child_arguments(context_, context_.program, role_, object_.name, end_.patience);
        plan.environment = std::move(environment);
        return plan;
    }
    home::Role role;
    const char* known = std::getenv("LAYER_CAKE_ROLE"); // what a supervisor knows the whole tree by
    role.name = known ? known : context_.role;
    role.command = child_arguments(context_, place.program, role_, {}, end_.patience);
    auto settings = settings_given();
    if (!settings) return fail(std::move(settings).error());
    role.settings = std::move(*settings);
    std::optional<home::Role> collected;
    if (!context_.home.empty()) collected = home::with_collected(role, home::Paths{context_.home}.script());
    return plan_spawn(collected ? *collected : role, environment);
}

Result<SpawnPlan> ProcessObject::module_plan() const {
    auto settings = settings_given();
    if (!settings) return fail(std::move(settings).error());
    codec::Object given;
    if (const auto* members = settings->object())
        for (const auto& member : *members)
            if (!member.value.is_null()) given.push_back(member);
    auto environment = child_environment(environ);
    environment.pop_back(); // it has no session of ours
    home::Role role;
    const char* known = std::getenv("LAYER_CAKE_ROLE");
    role.name = known ? known : context_.role;
    role.command = {object_.place.program};
    role = with_python(std::move(role), std::filesystem::absolute(*module_), context_.home, environment);
    for (auto& argument : module_child_arguments(context_, role_, port_, given))
        role.command.push_back(std::move(argument));
    return plan_spawn(role, environment);
}

Result<void> ProcessObject::start() {
    int sockets[2] = {-1, -1}, pipe[2];
    if (module_) {
        if (auto listening = await_module(); !listening) return listening;
    } else if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
        return fail(system_error("cannot make a socket", errno));
    }
    Fd ours(sockets[0]), theirs(sockets[1]);
    auto planned = plan();
    if (!planned) return fail(std::move(planned).error());
    if (::pipe2(pipe, O_CLOEXEC) != 0) return fail(system_error("cannot make a pipe", errno));
    output_ = Fd(pipe[0]);
    const Fd written(pipe[1]);
    ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
    const int log = ::fcntl(STDERR_FILENO, F_GETFD) < 0 ? -1 : STDERR_FILENO;
    std::vector<std::pair<int, int>> extra;
    if (theirs) extra.emplace_back(theirs.get(), session_descriptor);
    auto spawned = spawn(*planned, written.get(), log, extra);
    if (!spawned) return fail(std::move(spawned).error());
    process_ = std::move(*spawned);
    if (!object_.place.program.empty()) object_.arguments.clear(); // it has them
    if (ours) open_session(std::move(ours));
    return ok();
}

void ProcessObject::open_session(Fd ours) {
    ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
    net::SessionOptions how;
    how.opened_ipp.host = role_;
    how.stall = forever; // a child that computes takes nothing meanwhile
    how.target = parent();
    how.obeys_stop = true;
    proxy_ = net::open_session(*this, std::move(ours), std::move(how));
    closed_ = false;
}

Result<void> ProcessObject::await_module() {
    auto listening = net::listen(*this, {"127.0.0.1", 0});
    if (!listening) return fail(Fault::system, listening.fault()->explanation);
    port_ = static_cast<std::uint16_t>(listening->listening_ipp.port.value_or(0));
    return ok();
}

/// What the directory of a module's process tells: that it is there, and which name its object has.
void ProcessObject::hear_module(Any message) {
    if (auto* accepted = message.get<net::Accepted>()) {
        if (proxy_) return send(net::Close{}, accepted->proxy_address);
        proxy_ = accepted->proxy_address;
        closed_ = false;
        return;
    }
    if (child_ || ended_) return;
    std::vector<directory::Published> published;
    if (auto* one = message.get<directory::Published>())
        published.push_back(std::move(*one));
    else if (auto* all = message.get<directory::PublishedDirectory>())
        published = std::move(all->published);
    for (auto& one : published)
        if (one.name == role_)
            request(directory::OpenLibrary{one.published_id, {}}, one.home_address, begin_within,
                    [this](Object&, Any answer) { module_is_there(std::move(answer)); });
}

void ProcessObject::module_is_there(Any answer) {
    auto* opened = answer.get<directory::PublishAs>();
    if (!opened || child_) return;
    child_ = std::move(opened->publisher_address);
    send_held();
}

void ProcessObject::send_held() {
    while (Box* box = held_.pop()) {
        Any message;
        if (take(box, message)) pass_on(std::move(message));
    }
}

void ProcessObject::begun(Any answer) {
    if (auto* begun = answer.get<Begun>()) {
        child_ = std::move(begun->object);
        return send_held();
    }
    const auto* fault = type::as_fault(answer);
    if (!fault || fault->condition != "cannot send") return; // the process's end has more to say
    problem_ = fmt::format("its arguments cannot be sent: {}", fault->explanation);
    signal(SIGKILL);
}

void ProcessObject::come_to_an_end() {
    if (std::exchange(end_.stopped, true)) return;
    start_timer(type::info_of<Nudge>(), std::min(nudge_after, end_.patience / 10), Duration::zero());
    start_timer(type::info_of<Overdue>(), end_.patience, Duration::zero());
}

void ProcessObject::timer(const type::Info& info) {
    if (&info == &type::info_of<Leave>()) {
        closed_ = true;
        output_poll_.reset();
        output_.reset();
    } else if (&info == &type::info_of<Overdue>()) {
        end_.killed = true;
        signal(SIGKILL);
    } else if (!heard_) {
        signal(SIGINT);
    }
}

/// What has no session with us, a shell's script for one, is told as by a terminal: with all that it runs.
void ProcessObject::signal(int number) {
    if (ended_) return;
    if (number == SIGKILL || !child_)
        ::kill(-process_.pid, number); // not reaped yet: the number is its own
    else
        signal_pidfd(process_.pidfd, number);
}

void ProcessObject::read_output() {
    char bytes[16 << 10];
    for (;;) {
        const auto got = ::read(output_.get(), bytes, sizeof bytes);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) break;
        const auto room = output_limit - end_.output.size();
        end_.too_much = end_.too_much || static_cast<std::size_t>(got) > room;
        end_.output.append(bytes, std::min(static_cast<std::size_t>(got), room));
    }
    output_poll_.reset();
    output_.reset();
    finish_when_done();
    after_handler(); // may destroy this
}

void ProcessObject::look_at_process() {
    const auto status = reap(process_.pidfd);
    if (!status) return;
    end_.status = *status;
    ended_ = true;
    trail(')', fmt::format("Process ({}) ended {}", process_.pid,
                           status->signaled ? fmt::format("by signal {}", status->code)
                                            : fmt::format("with {}", status->code)));
    end_poll_.reset();
    start_timer(type::info_of<Leave>(), leave_after, Duration::zero());
    finish_when_done();
    after_handler(); // may destroy this
}

void ProcessObject::finish_when_done() {
    if (!ended_ || output_ || !closed_) return;
    if (!problem_.empty()) return fail_with(problem_);
    complete(value_of_child(end_, who()));
}

void ProcessObject::fail_with(std::string explanation) {
    if (object_.place.program.empty()) explanation = fmt::format("{}: {}", name(), explanation);
    complete(type::Faulted{"cannot start process", std::move(explanation), {}, {}});
}

std::string ProcessObject::who() const {
    return fmt::format("{} (role {}, pid {})", object_.place.program.empty() ? name() : object_.place.program, role_,
                       process_.pid);
}

void ProcessObject::release_code() {
    end_poll_.reset();
    output_poll_.reset();
    while (Box* box = held_.pop())
        shard().refuse_ended(box, *this);
}

} // namespace layer_cake::process
