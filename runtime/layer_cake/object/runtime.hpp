#pragma once

#include <array>
#include <condition_variable>
#include <functional>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/object/object.hpp>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace layer_cake::object {

class Port;
class Shard;

/// Something a person would want to see in a log, told on the thread where it
/// happened. Valid during the call only.
struct Notice {
    enum class What {
        created,
        ended,       ///< `value` is what it returned; a fault's words are in it
        dead_letter, ///< sent to an object that has ended, or never was
        overflow,    ///< sent to a full mailbox
        dropped      ///< reached an object that has no handler for it
    };
    What what;
    Address object;
    std::string_view name;               ///< of the object, when there is one
    const type::Info* message = nullptr; ///< the message's type, for the last three
    const Any* value = nullptr;
    Address parent{};      ///< of the object
    std::size_t stack = 0; ///< the most that it used, of a function that has ended; in whole pages
};

/// How often it happened since the runtime began.
struct Counts {
    std::uint64_t dead_letters = 0, overflows = 0, dropped = 0;
};

/// An object that has not ended.
struct Alive {
    Address object;
    std::string name;
    std::string thread; ///< `main`, a named thread's name, or `own`
    bool stuck = false; ///< its thread does not answer: its code runs and does not come back
};

/// The threads that objects run on, and the way in for code that is none.
///
/// It holds one tree of objects at a time: `start` makes its root. All members
/// may be called from any thread that is not one of its own.
class Runtime {
public:
    struct Options {
        const Clock* clock = nullptr; ///< the system's when null
        /// False: no thread is made for `main`; it runs in `settle()`, on the caller's. For tests.
        bool threads = true;
        std::function<void(const Notice&)> watch{}; ///< must not wait or throw
        LogSink log{};                              ///< takes what objects log
        LogLevel log_level = LogLevel::none;        ///< what is below it is not told
        bool trails = false;                        ///< tells the log of each message as well, at level object
        std::function<void()> ended{};              ///< the root has: wait() will not wait; must not throw
        /// Makes the stand-in of an object that is to run in another process. Without it such an object ends at once,
        /// in a fault.
        std::function<std::unique_ptr<Object>(Elsewhere&&)> elsewhere{};
    };

    Runtime() : Runtime(Options{}) {}
    explicit Runtime(Options options);
    /// Ends all threads. The root has ended, or what is left of the tree is ended here: what waits is unwound by an
    /// exception of the runtime's. Code that does not come back is waited for: a program that will not wait ends
    /// itself when stop() has failed.
    ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    /// Makes the root object, on the thread `main`. What M's constructor throws is thrown here.
    template <Machine M, class... Arguments>
    Address start(Arguments&&... arguments) {
        return start_root(make_machine<M>(std::forward<Arguments>(arguments)...));
    }
    template <class F, class... Arguments>
    requires FunctionObject<F, Arguments...> Address start(F&& function, Arguments&&... arguments) {
        return start_root(make_function(std::forward<F>(function), std::forward<Arguments>(arguments)...));
    }
    /// Waits for the root's value.
    Any wait();
    /// The same, for that long; nothing when it has not ended.
    std::optional<Any> wait(Duration patience);

    /// start() and wait().
    template <class F, class... Arguments>
    requires FunctionObject<F, Arguments...> Any run(F&& function, Arguments&&... arguments) {
        start(std::forward<F>(function), std::forward<Arguments>(arguments)...);
        return wait();
    }

    /// Sends Stop to the root and waits for its value. Fails with `timed_out` at the deadline, naming the objects that
    /// are still alive: `still alive: worker <0000000c> on main, ...`.
    Result<Any> stop(Duration deadline);

    /// A message from outside: it has no return address. From any thread.
    void send(Any message, const Address& to);

    /// All objects that have not ended, of all threads that answer within the time; of others the one that runs.
    std::vector<Alive> alive(Duration patience = std::chrono::milliseconds(200));
    Counts counts() const;

    bool logs(LogLevel level) const { return level >= options_.log_level; }
    bool trails() const { return options_.trails && logs(LogLevel::object); }
    /// Hands a line to the log as it is.
    void log(const LogLine& line) const {
        if (options_.log) options_.log(line);
    }

    /// The object that all others share under that name: nobody's child, on the thread `main`, made when it is first
    /// asked for - by what provide() was told, else by `make` -, with room for 262,144 messages. It is sent Stop when
    /// the root has ended, whose value waits for its end. Nobody when the root has ended before. From any thread.
    using MakeService = std::function<std::unique_ptr<Object>()>;
    Address service(const std::string& name, const MakeService& make);
    void provide(const std::string& name, MakeService make);

    /// Makes a part of what the program tells of itself, as JSON. Called from no thread of the runtime's.
    using Report = std::function<codec::Value(Runtime& runtime)>;
    /// Offers a part; further offers of that name change nothing. From any thread.
    void offer(const std::string& name, Report report);
    /// All parts that were offered: `{"pools": [...]}`.
    codec::Value report();

    /// Runs all that can run now; with `threads = false` only.
    void settle();
    /// Its loop is there for the input and output of `main`'s objects, before start() and from them.
    Shard& main_shard();

private:
    friend class Shard;
    friend class Object;

    struct Member; ///< a shard with its thread

    Port* port(std::uint32_t number) const { return ports_[number].load(std::memory_order_acquire); }
    Address start_root(std::unique_ptr<Object> root);
    Member& add_shard(const std::string& name, bool own);
    void join_finished();
    /// An id for an object at that place; makes the thread where there is none.
    Id reserve(const Place& place);
    std::int64_t now() const {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(clock_->now().time_since_epoch()).count();
    }
    void ended(const Address& object, Any value);
    void finish(std::unique_lock<std::mutex>& lock);
    bool push(std::uint32_t number, Box* box);

    Options options_;
    SystemClock system_clock_;
    const Clock* clock_;
    std::unique_ptr<std::atomic<Port*>[]> ports_;
    std::atomic<std::uint64_t> dead_letters_{0}, overflows_{0}, dropped_{0};

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::unique_ptr<Member>> members_; ///< by number
    std::vector<std::uint32_t> generations_;       ///< by number: the first unused one
    std::map<std::string, std::uint32_t> named_;
    std::vector<std::uint32_t> finished_;
    std::map<std::string, Report> reports_;
    std::map<std::string, MakeService> provided_;
    std::map<std::string, Address> services_; ///< that have not ended
    bool root_has_ended_ = false;             ///< its value waits for the services to end
    Any last_value_;
    Address root_;
    std::optional<Any> value_;
};

} // namespace layer_cake::object
