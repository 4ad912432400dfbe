#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/codec/value_form.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/directory/places.hpp>
#include <layer_cake/directory/process_directory.hpp>
#include <layer_cake/home/history.hpp>
#include <layer_cake/home/python_log.hpp>
#include <layer_cake/home/python_role.hpp>
#include <layer_cake/object/overflow.hpp>
#include <layer_cake/process/child_life.hpp>
#include <layer_cake/process/child_root.hpp>
#include <layer_cake/process/help_text.hpp>
#include <layer_cake/process/inspection.hpp>
#include <layer_cake/process/library_root.hpp>
#include <layer_cake/process/log_output.hpp>
#include <layer_cake/process/output.hpp>
#include <layer_cake/process/place_of_work.hpp>
#include <layer_cake/process/pool_root.hpp>
#include <layer_cake/process/process_object.hpp>
#include <layer_cake/process/program.hpp>
#include <layer_cake/process/returned_file.hpp>
#include <layer_cake/process/role_verbs.hpp>
#include <layer_cake/process/signal_watch.hpp>
#include <unistd.h>

namespace layer_cake::process {
namespace {

constexpr Duration find_within = std::chrono::seconds(10);
constexpr int usage_status = 2, busy_status = 5; // as of the command layer-cake

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

void complain(const std::string& program, std::string_view text) {
    std::string lines;
    for (const auto& line : split(text, '\n'))
        lines += fmt::format("{}: {}\n", program, terminal_safe(line));
    write_all(STDERR_FILENO, lines);
}

std::string objects_alive(object::Runtime& runtime) {
    std::string names;
    for (const auto& one : runtime.alive())
        names += fmt::format("{}{} <{:08x}> on {}{}", names.empty() ? "" : ", ", one.name, one.object.id(), one.thread,
                             one.stuck ? " (stuck)" : "");
    return names.empty() ? "no object" : names;
}

/// One life of a program, from its arguments to its exit status.
class Life {
public:
    Life(const Program& program, int argc, char** argv) : program_(program) {
        const std::string first = argc > 0 ? argv[0] : "program";
        program_path_ = first;
        name_ = std::filesystem::path(first).filename().string();
        for (int i = 1; i < argc; ++i)
            arguments_.emplace_back(argv[i]);
        parts_[0] = {&type::info_of<StartOptions>(), &options_};
        parts_[1] = program.settings;
    }

    int run() {
        auto child = ChildLife::find();
        if (!child) return refuse(child.error());
        child_ = std::move(*child);
        auto pool = find_pool_socket();
        if (!pool) return refuse(pool.error());
        pool_ = std::move(*pool);
        if (auto read = read_arguments_of(arguments_, parts_, 0); !read) return refuse(read.error());
        if (options_.help) return say(help_text(name_, program_.settings));
        if (options_.dump_types) return dump_types();
        if (auto read = check_names(); !read) return refuse(read.error());
        if (is_role_verb(options_)) return manage_role();
        auto place = find_place(options_, name_, child_.has_value());
        if (!place) return refuse(place.error());
        place_ = std::move(*place);
        if (auto entered = enter_role(); !entered) return refuse(entered.error());
        if (auto read = read_role_settings(); !read) return refuse(read.error());
        if (auto read = read_arguments(arguments_, parts_); !read) return refuse(read.error());
        const CurrentPlace current(place_);
        return end(live());
    }

private:
    /// Before there are objects. A parent reads a fault on stdout, and knows exit status 71 only.
    int refuse(const Error& error) {
        const int status = error.fault == Fault::busy ? busy_status : usage_status;
        type::Faulted fault{"cannot start", error.detail, {}, {}};
        if (!options_.child_process) fault.exit_status = status;
        if (options_.full_output) return end(type::Any(std::move(fault)));
        complain(name_, error.detail);
        if (lock_) keep(type::Any(std::move(fault)));
        return leave(status);
    }

    Result<void> enter_role() {
        if (!place_.is_role && options_.keep_logs)
            return fail(Fault::invalid, "--keep-logs is for a role: --home-path and --role-name say which");
        if (!place_.is_role) return ok();
        auto lock = take_role(place_);
        if (!lock) return fail(std::move(lock).error());
        lock_ = std::move(*lock);
        if (place_.is_supervised) return ok(); // the supervisor keeps the history, and the log
        if (place_.is_python) return begin_python_role();
        if (options_.keep_logs) {
            auto log = RoleLog::open(place_.role_folder());
            if (!log) return fail(std::move(log).error());
            log_ = std::move(*log);
        }
        return history().started(SystemClock().wall(), ::getpid());
    }

    Result<void> begin_python_role() {
        auto noted = home::note_python_start(place_.role_folder(), SystemClock().wall());
        start_noted_ = noted.has_value();
        if (!noted || options_.origin != Origin::start_child) return noted;
        auto log = home::begin_python_log(python_logs());
        if (!log) return fail(std::move(log).error());
        log_file_ = std::move(*log);
        return ok();
    }
    std::string python_logs() const { return place_.role_folder() + "/logs"; }

    home::History history() const { return home::History(place_.role_folder() + "/history"); }

    /// The last thing this process does.
    int leave(int status) const {
        if (!lock_ || place_.is_supervised || place_.is_python) return status;
        auto noted = history().ended(SystemClock().wall(), ::getpid(), {home::Ended::How::exited, status, {}});
        if (!noted) complain(name_, noted.error().detail);
        return status;
    }

    int say(const std::string& text) {
        if (write_all(out_fd(), text)) return 0;
        complain(name_, "cannot write to stdout");
        return 1;
    }

    int dump_types() {
        std::string text;
        for (const auto& signature : type::registry().signatures())
            text += signature + "\n";
        return say(text);
    }

    /// Faults of the program's own making.
    Result<void> check_names() const {
        if (options_.object_name && !child_)
            return fail(Fault::invalid, "--object-name is given by a parent process, along with a session");
        if (const auto problems = type::registry().problems(); !problems.empty()) return fail(problems.front());
        if (!program_.settings.info) return ok();
        for (const auto& setting : program_.settings.info->members())
            for (const auto& option : type::info_of<StartOptions>().members())
                if (setting.name == option.name)
                    return fail(Fault::invalid, fmt::format("collision in settings names - {}", setting.name));
        return ok();
    }

    Result<void> read_role_settings() {
        if (options_.object_name || !place_.settings || place_.settings->empty() || *place_.settings == "null" ||
            *place_.settings == "{}")
            return ok();
        const auto refused = [&](std::string_view why) {
            return fail(Fault::invalid, fmt::format("role \"{}\": {}", place_.role, why));
        };
        if (!program_.settings.info) return refused("the program takes no settings");
        auto given = codec::parse_json(*place_.settings);
        if (!given) return refused(given.error().detail);
        codec::to_typed_form(*program_.settings.info, *given);
        codec::JsonReading how;
        how.wrap = codec::Wrap::none;
        how.whole_floats = true;
        auto read = codec::read_json(codec::write_json(*given), *program_.settings.info, program_.settings.value, how);
        if (read) return ok();
        auto detail = read.error().detail;
        if (detail.starts_with("message")) detail.replace(0, 7, "settings");
        return refused(detail);
    }

    /// By the command line, or by `layer-cake run --debug-level`.
    std::optional<object::LogLevel> level_asked() const {
        object::LogLevel level{};
        const char* text = options_.debug_level ? nullptr : std::getenv("LAYER_CAKE_DEBUG_LEVEL");
        if (text && read_text(type::info_of<object::LogLevel>(), &level, text)) return level;
        return options_.debug_level;
    }

    Origin origin() const { return options_.origin == Origin::shell && place_.is_role ? Origin::run : options_.origin; }

    ChildRoot::Make object_maker() {
        return [this](Begin& begin) -> Result<std::unique_ptr<object::Object>> {
            door_ = begin.door;
            if (!options_.object_name) return program_.make();
            auto maker = object::find_maker(*options_.object_name);
            if (!maker) return fail(std::move(maker).error());
            return (*maker)(begin.arguments);
        };
    }

    directory::NodeOptions directory_options() {
        directory::NodeOptions node;
        node.scope = options_.directory_scope.value_or(directory::Scope::PROCESS);
        if (child_) {
            node.scope = directory::Scope::LIBRARY;
            node.find_above = [this](object::Object& self, const object::Object::Then& found) {
                self.request(FindDirectory{}, door_, find_within, found);
            };
        } else if (!is_library()) { // else the first object does
            node.connect_to = options_.connect_to_directory;
            if (!node.connect_to) node.connect_to = directory::named_parent();
        }
        node.accept_at = options_.accept_directories_at;
        node.encrypted = options_.encrypted_process.value_or(false);
        node.executable = name_;
        return node;
    }

    int out_fd() const { return child_ ? child_->output() : STDOUT_FILENO; }

    /// Of a process of the Python library.
    bool is_library() const {
        return !child_ && options_.directory_scope == directory::Scope::LIBRARY && options_.connect_to_directory;
    }

    /// The first object.
    type::Address start(object::Runtime& runtime, SignalWatch& signals) {
        const auto ending = [&signals] { signals.begin_stop(); };
        if (child_) return runtime.start<ChildRoot>(child_->take_session(), object_maker(), ending);
        if (pool_) return runtime.start<PoolRoot>(std::move(*pool_), program_.make);
        if (!is_library()) return program_.start(runtime);
        LibraryRoot::Parent parent{*options_.connect_to_directory, options_.encrypted_process.value_or(false),
                                   place_.role};
        return runtime.start<LibraryRoot>(std::move(parent), program_.make(), ending);
    }

    type::Any live() {
        SignalWatch signals;
        object::report_stack_overflows(STDERR_FILENO);
        const auto asked = level_asked();
        const auto level = asked.value_or(place_.is_role ? object::LogLevel::trace : object::LogLevel::none);
        LogOutput log = log_        ? LogOutput(std::move(log_), level)
                        : log_file_ ? LogOutput(log_file_.get(), level, python_logs())
                                    : LogOutput(STDERR_FILENO, level);
        object::Runtime::Options how;
        how.log_level = log.level();
        if (log.level() != object::LogLevel::none) {
            how.trails = asked.has_value(); // a role's log is not for every message, unless asked
            how.log = [&](const object::LogLine& line) { log.line(line); };
            how.watch = [&](const object::Notice& notice) { log.notice(notice); };
        }
        how.ended = [&] { signals.end(); };
        ChildContext children{program_path_, place_.is_role ? place_.home : "", place_.role,       origin(),
                              log.level(),   options_.shutdown_deadline,        options_.keep_logs};
        children.encrypted = options_.encrypted_process.value_or(false);
        how.elsewhere = [&](object::Elsewhere&& object) {
            return std::make_unique<ProcessObject>(std::move(object), children);
        };
        object::Runtime runtime(std::move(how));
        directory::provide_directory(runtime, directory_options());
        type::Address root;
        try {
            root = start(runtime, signals);
        } catch (const std::exception& error) {
            return type::Faulted{"object faulted", fmt::format("unhandled exception ({})", error.what()), {}, {}};
        }
        SignalWatch::Events events;
        events.stop = [&](int) { runtime.send(type::Stop{}, root); };
        events.insisted = [&](int number) {
            complain(name_,
                     fmt::format("ended by a second {}; still alive: {}", signal_name(number), objects_alive(runtime)));
            ::_exit(leave(128 + number));
        };
        events.overdue = [&] {
            const type::Faulted fault{
                "timed out", fmt::format("still alive at the shutdown deadline: {}", objects_alive(runtime)), {}, {}};
            ::_exit(end(type::Any(fault)));
        };
        std::optional<Inspection> inspection;
        if (lock_ && !child_) {
            if (auto opened = Inspection::open(place_.role_folder()))
                inspection.emplace(std::move(*opened));
            else
                complain(name_, opened.error().detail);
        }
        if (inspection) {
            events.also = inspection->fd();
            events.readable = [&] { inspection->answer(runtime); };
        }
        signals.watch(options_.shutdown_deadline, events);
        return runtime.wait();
    }

    /// As a role of a home of the Python library's command.
    int manage_role() {
        if (auto read = read_arguments(arguments_, parts_); !read) return refuse(read.error());
        auto answer = do_role_verb(options_, program_.settings, arguments_, options_.role_name.value_or(name_));
        return answer ? put_out(*answer, false) : refuse(answer.error());
    }

    int end(const type::Any& value) {
        if (start_noted_) note_end(value);
        const bool is_kept = lock_ && !child_ && keep(value);
        return leave(put_out(value, is_kept));
    }

    void note_end(const type::Any& value) const {
        const auto full = codec::parse_json(full_form(value));
        const auto* returned = full ? full->find("value") : nullptr;
        auto noted = home::note_python_end(place_.role_folder(), SystemClock().wall(),
                                           value && returned ? *returned : codec::Value());
        if (!noted) complain(name_, noted.error().detail);
    }

    int put_out(const type::Any& value, bool is_kept) {
        auto output = output_of(value, options_);
        if (!output.err.empty()) complain(name_, output.err);
        if (options_.output_file && value) return store(value, output.status);
        // What is kept is for `layer-cake returned`; the stdout of a role is its log.
        if (is_kept && place_.is_supervised) return output.status;
        if (output.out.empty() || write_all(out_fd(), output.out)) return output.status;
        complain(name_, "cannot write to stdout");
        return output.status == 0 ? 1 : output.status;
    }

    bool keep(const type::Any& value) const {
        auto kept = keep_returned(place_.role_folder(), ::getpid(), full_form(value));
        if (!kept) complain(name_, kept.error().detail);
        return kept.has_value();
    }

    int store(const type::Any& value, int status) {
        auto stored = replace_file(*options_.output_file + ".json", full_form(value) + "\n", 0644);
        if (stored) return status;
        complain(name_, stored.error().detail);
        return status == 0 ? 1 : status;
    }

    const Program& program_;
    std::string program_path_;
    std::string name_;
    std::vector<std::string_view> arguments_;
    StartOptions options_;
    Part parts_[2];
    PlaceOfWork place_;
    std::optional<ChildLife> child_; ///< when it was started for an object of another process
    type::Address door_;             ///< of the parent then, from Begin on
    std::optional<Fd> pool_;         ///< where the requests of its pool come from
    std::optional<home::Lock> lock_; ///< of the role it is
    std::unique_ptr<RoleLog> log_;   ///< where it keeps its own, until it lives
    Fd log_file_;                    ///< in the background of the Python library's command
    bool start_noted_ = false;       ///< in the files of that command
};

} // namespace

int run_program(const Program& program, int argc, char** argv) {
    const char* const volatile note = program.note; // the linker keeps what is used
    (void)note;
    return Life(program, argc, argv).run();
}

} // namespace layer_cake::process
