#pragma once

#include <cassert>
#include <functional>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/object/envelope.hpp>
#include <layer_cake/object/id.hpp>
#include <layer_cake/object/log.hpp>
#include <layer_cake/object/place.hpp>
#include <layer_cake/object/profile.hpp>
#include <layer_cake/type/messages.hpp>
#include <memory>
#include <string_view>

namespace layer_cake::object {

class Object;
class Shard;
class Self;
struct Elsewhere;
struct Extra;
struct Ask;

/// A class whose handlers are called with messages: machine.hpp says how one is written.
template <class M>
concept Machine = requires {
    typename M::accepts;
};

/// A function that is an object while it runs: `R function(lc::Self& self, arguments...)`.
template <class F, class... Arguments>
concept FunctionObject = std::is_invocable_v < std::decay_t<F>
&, Self&, std::decay_t<Arguments>... > ;

/// Arguments of a constructor, and not a place with arguments behind it.
template <class... Arguments>
inline constexpr bool no_place = true;
template <class First, class... Rest>
inline constexpr bool no_place<First, Rest...> = !std::is_same_v<std::remove_cvref_t<First>, Place>;

template <Machine M, class... Arguments>
std::unique_ptr<Object> make_machine(Arguments&&... arguments);
template <class F, class... Arguments>
std::unique_ptr<Object> make_function(F&& function, Arguments&&... arguments);
template <Machine M, class... Arguments>
Elsewhere machine_elsewhere(Arguments&&... arguments);
template <class F, class... Arguments>
Elsewhere function_elsewhere(const F& function, Arguments&&... arguments);

/// What an object can do, whatever it is: none of it ever waits. A machine's handlers get it as `self`; a function gets
/// the same and may wait as well (Self).
///
/// An object belongs to one thread; its members are called from its own code only. It ends by completing (a function:
/// by returning) or by an exception, and its parent then receives `Returned` with the value - after all its own
/// children have ended: those still there are sent Stop.
class Object {
public:
    /// Called with an answer or a child's returned value.
    using Then = std::function<void(Object& self, Any value)>;

    virtual ~Object();
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

    Address address() const { return Address(id_.number); }
    Address parent() const { return Address(parent_.number); } ///< nobody for the first object of a runtime
    std::string_view name() const { return profile_->name; }
    /// The thread it belongs to: its loop is there for input and output of the object's own.
    Shard& shard() const { return *shard_; }
    Instant now() const;

    // The message in hand: the one whose handler runs, or that input() gave last.

    /// Where its answer goes.
    const Address& return_address() const { return from_; }
    /// When whoever asked will have stopped waiting; Instant::max() when nobody said.
    Instant deadline() const { return deadline_ == 0 ? Instant::max() : Instant(std::chrono::nanoseconds(deadline_)); }
    /// Takes over the duty to answer it: who does sees to the answer, also when this object ends. Nobody and no
    /// deadline are left in hand.
    struct Asker {
        Address address;
        std::int64_t deadline = 0; ///< in nanoseconds of the uptime clock; 0 for none
    };
    Asker take_asker();
    /// The whole of it, in a machine's handler.
    Any& message() {
        assert(message_ && "there is no message in hand");
        return *message_;
    }

    // Sending. Any thread's object can be sent to; nothing is waited for. What cannot be delivered - the object has
    // ended, its mailbox is full - is answered with a fault when somebody asks, and else counted as a dead letter.

    void send(Any message, const Address& to);
    void send(Any message, const Address& to, Address return_address);
    /// To the return address.
    void reply(Any message);
    /// Hands a request on: the answer goes straight to who asked.
    void forward(Any message, const Address& to);
    /// The answer to the message in hand is this object's own affair: it will be sent to its return address in time,
    /// and is not a fault when this object ends before.
    void take_over() { answered(from_); }

    /// Sends a request; `then` is called with its answer, or with TimedOut, Overloaded or another fault - once, unless
    /// this object ends first. A request made for a request shares its deadline, if that is nearer.
    void request(Any message, const Address& to, Duration patience, Then then);

    /// Whether its mailbox is full, so that a further message would be refused. On its thread.
    bool is_full() const { return queued_ >= limit_; }

    /// Puts a message back: it comes again, with its return address, after the next other message was handled. The
    /// order among those put back is kept.
    void save(Any message);

    // Children.

    /// Makes an object of class M: `self.create<Counter>(10)`. What M's constructor throws is thrown here.
    template <Machine M, class... Arguments>
    requires no_place<Arguments...> Address create(Arguments&&... arguments) {
        return launch(make_machine<M>(std::forward<Arguments>(arguments)...), Place{});
    }
    template <Machine M, class... Arguments>
    Address create(const Place& place, Arguments&&... arguments) {
        if (place.kind == Place::Kind::process) [[unlikely]]
            return launch_elsewhere(machine_elsewhere<M>(std::forward<Arguments>(arguments)...), place);
        return launch(make_machine<M>(std::forward<Arguments>(arguments)...), place);
    }
    /// Runs a function as an object: `self.create(texture, Xy{2, 2})`. It begins after the caller's current step.
    template <class F, class... Arguments>
    requires FunctionObject<F, Arguments...> Address create(F&& function, Arguments&&... arguments) {
        return launch(make_function(std::forward<F>(function), std::forward<Arguments>(arguments)...), Place{});
    }
    template <class F, class... Arguments>
    requires FunctionObject<F, Arguments...> Address create(const Place& place, F&& function,
                                                            Arguments&&... arguments) {
        if (place.kind == Place::Kind::process) [[unlikely]]
            return launch_elsewhere(function_elsewhere(function, std::forward<Arguments>(arguments)...), place);
        return launch(make_function(std::forward<F>(function), std::forward<Arguments>(arguments)...), place);
    }
    /// Runs a program as an object: `self.create(lc::program("render"), settings)`. The settings are a struct with
    /// LAYER_CAKE_MESSAGE, or none.
    template <class Settings>
    requires(!FunctionObject<Settings>) Address create(const Place& place, Settings&& settings) {
        return launch_program(std::forward<Settings>(settings), place);
    }
    Address create(const Place& place) { return launch_program({}, place); }
    /// Makes an object that there is already a child of this one; not in another process.
    Address launch(std::unique_ptr<Object> object, const Place& place);

    /// Calls `then` with the child's returned value, instead of a Returned message. No effect once it has ended.
    void on_return(const Address& child, Then then);
    /// Keeps a value of the caller's with the child; debrief() gives it back.
    void assign(const Address& child, Any context);
    /// The kept value, or null when there is none or the child has ended.
    Any* progress(const Address& child);
    /// The kept value of the child whose Returned is in hand, once.
    Any debrief();
    std::size_t working() const; ///< children that have not ended yet
    /// Makes a pool of such objects behind one address: `self.create_pool(worker, lc::PoolSettings{.count = 4})`. See
    /// pool/create_pool.hpp.
    template <class F, class Settings, class... Arguments>
    Address create_pool(F&& worker, const Settings& settings, Arguments&&... arguments) {
        return make_pool(*this, std::forward<F>(worker), settings, std::forward<Arguments>(arguments)...);
    }
    /// Makes a child of the library's own, on this thread: it is sent Stop and waited for as any other when this object
    /// ends, but neither counted nor told of.
    Address attach(std::unique_ptr<Object> child);
    /// Sends Stop to all children and says to how many. When this object completes its value is this one, whatever the
    /// handlers of the children's ends say.
    std::size_t abort(Any value = type::Aborted{});
    /// Ends this object with that value, after the current handler; in a function, return instead.
    void complete(Any value = {});

    // The log: `self.console("tick tock", {{"i", i}})`. Costs a call when the level is off; what is costly to make is
    // better asked for first: `if (self.logs(LogLevel::trace)) ...`.

    bool logs(LogLevel level) const;
    void log(LogLevel level, std::string_view text, Fields fields = {}) const;
    void fault(std::string_view text, Fields fields = {}) const { log(LogLevel::fault, text, fields); }
    void warning(std::string_view text, Fields fields = {}) const { log(LogLevel::warning, text, fields); }
    void console(std::string_view text, Fields fields = {}) const { log(LogLevel::console, text, fields); }
    void trace(std::string_view text, Fields fields = {}) const { log(LogLevel::trace, text, fields); }
    void debug(std::string_view text, Fields fields = {}) const { log(LogLevel::debug, text, fields); }
    /// Values to be collected: `layer-cake log ROLE --sample=NAME` makes a table of them. Level trace. Texts
    /// among them are without commas.
    void sample(std::string_view name, Fields values) const;

    // Timers: one for each type of message, which arrives when it is due; never early. Starting it again replaces it;
    // once cancelled it does not arrive any more, whatever was under way.

    template <type::Portable T>
    void start(Duration after) {
        start_timer(type::info_of<T>(), after, Duration::zero());
    }
    /// Again and again; times missed are not made up for.
    template <type::Portable T>
    void repeat(Duration every) {
        start_timer(type::info_of<T>(), every, every);
    }
    template <type::Portable T>
    void cancel() {
        cancel_timer(type::info_of<T>());
    }
    void start_timer(const type::Info& timer, Duration after, Duration every);
    void cancel_timer(const type::Info& timer);

protected:
    explicit Object(Profile& profile);

    /// A line of the runtime's own about this object, at level object.
    void trail(char tag, std::string_view text) const;

    enum class Stage : std::uint8_t {
        running,
        completing, ///< its value is known; its code has not returned yet
        ending      ///< waits for its children to end
    };

    virtual void placed(const Place&) {}
    /// Of a machine with states: the name of the one it is in.
    virtual std::string_view state_name() const { return {}; }
    /// Takes a sealed message from the run queue.
    virtual void accept(Box* box) = 0;
    /// Whether Start is a message for it.
    virtual bool wants_start() const = 0;
    /// Its code is not called any more; lets go of what is for it.
    virtual void release_code() {}
    /// Of the stack its code had; 0 when it had none or has it still.
    virtual std::size_t stack_used() const { return 0; }
    /// Calls `then` as a handler; `internal` ones are the library's own.
    virtual void call_then(const Then& then, Any value) = 0;

    /// Opens a message for its handler: true when it is one for the object's code. `message` holds it.
    bool take(Box* box, Any& message) {
        auto& outside = envelope(*box);
        --queued_;
        // A timer's negative number, an ask's bit: what needs a closer look.
        constexpr auto special = static_cast<std::int64_t>(1ull << 63 | 1ull << (Id::slot_bits + Id::generation_bits));
        if ((outside.from.id() & special) != 0 || box->info == &type::info_of<type::Returned>()) [[unlikely]]
            if (!take_special(box)) return false;
        from_ = std::move(outside.from);
        deadline_ = outside.deadline;
        message = open(box);
        if (trails_) [[unlikely]]
            trail_received("Received", *message.info(), from_);
        return true;
    }
    bool take_special(Box* box);
    /// A message for an object whose code has ended.
    void accept_ending(Box* box);
    /// After a handler: ends the object when it has completed, hands out what was saved.
    void after_handler() {
        if (attention_) [[unlikely]]
            after_handler_slowly();
    }
    void after_handler_slowly();
    void faulted(std::string explanation);
    /// An exception on its way out of the object's code becomes the object's value. Called from a catch block.
    void faulted_by_exception();
    void dropped(const Any& message);
    Extra& extra();
    bool forget_child(std::int64_t id);
    /// Its code has ended: stops the children, ends when the last of them has. May destroy the object.
    void begin_end();
    void end_when_alone();
    Stage stage_ = Stage::running;
    bool attention_ = false; ///< it has completed, or something is saved
    bool replaying_ = false; ///< saved messages are coming again
    bool saved_now_ = false; ///< the message in hand was saved
    bool trails_ = false;    ///< the log is told of every message

private:
    friend class Shard;
    friend class Self;
    friend class Runtime;
    friend class Concurrently;

    Address launch_elsewhere(Elsewhere&& object, const Place& place);
    Address launch_program(Any settings, const Place& place);
    void answered(const Address& to) {
        if (Id{to.id()}.is_ask() && extra_) answered_ask(to.id());
    }
    void answered_ask(std::int64_t id);
    void answer_open_asks();
    void stop_children();
    void trail_sent(std::string_view did, const Any& message, const Address& to, const Address& from) const;
    void trail_received(std::string_view did, const type::Info& message, const Address& from) const;

    std::uint32_t queued_ = 0;
    std::uint32_t limit_ = 0;
    Id id_;
    Id parent_;
    Shard* shard_ = nullptr;
    Profile* profile_;
    Address from_;
    std::int64_t deadline_ = 0;
    std::unique_ptr<Extra> extra_;

protected:
    Any* message_ = nullptr;
};

} // namespace layer_cake::object
