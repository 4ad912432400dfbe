#pragma once

#include <layer_cake/object/elsewhere.hpp>
#include <layer_cake/object/fiber.hpp>
#include <layer_cake/object/object.hpp>
#include <optional>
#include <tuple>

namespace layer_cake::object {

/// An answer that was wanted as a T: either that, or whatever came instead - a fault, as a rule.
template <class T>
class Answer {
public:
    explicit Answer(Any value) : value_(std::move(value)) {}

    explicit operator bool() const { return value_.is<T>(); }
    T& operator*() { return *value_.get<T>(); }
    T* operator->() { return value_.get<T>(); }
    const Any& value() const { return value_; }
    /// The fault it is, or null.
    const type::Faulted* fault() const { return type::as_fault(value_); }
    Any release() { return std::move(value_); }

private:
    Any value_;
};

/// What a function object gets as its first parameter: all that an Object can do, and waiting.
///
/// The function has a stack of its own: while it waits, others run on its thread. It must not be left waiting for
/// anything else (a lock, a file, a socket) unless it has a thread to itself (own_thread()).
class Self : public Object {
public:
    /// The next message, however long it takes. Returned and Stop come this way, too. It is the one in hand from now
    /// on: keep return_address() where an earlier one is to be answered later.
    Any input();
    /// The same; TimedOut when none comes within the time.
    Any input(Duration patience);

    /// The next message of one of these types; the others stay for later, in order. A Stop always comes.
    template <type::Portable... Messages>
    Any select() {
        return select_any(accepts<Messages...>::list(), std::nullopt);
    }
    template <type::Portable... Messages>
    Any select(Duration patience) {
        return select_any(accepts<Messages...>::list(), patience);
    }
    /// How many messages wait to be taken, as far as this thread knows.
    std::size_t waiting() const;

    /// Sends a request and waits for its answer. A value comes in any case: the answer; TimedOut; Overloaded when the
    /// mailbox is full; Faulted when there is no such object, or when it ends without answering; Aborted when a Stop
    /// arrives meanwhile - the Stop is then the next input. A request made for a request shares its deadline, if that
    /// is nearer.
    Any ask(Any message, const Address& to, Duration patience);
    /// `auto table = self.ask<Table>(Xy{2, 2}, worker, 2s); if (!table) return table.release();`
    template <type::Portable T>
    Answer<T> ask(Any message, const Address& to, Duration patience) {
        return Answer<T>(ask(std::move(message), to, patience));
    }
    void request(Any, const Address&, Duration, Then) = delete; // ask() waits for the answer, concurrently() for many

    /// Waits. TimedOut when the time is over; Aborted when a Stop arrives meanwhile, which is then the next input.
    Any delay(Duration time);

protected:
    explicit Self(Profile& profile) : Object(profile) {}
    ~Self() override;

    virtual Any call() = 0;

private:
    friend class Shard;
    friend class Concurrently;

    struct Wait; ///< what it waits for; lies on its own stack

    Any next(Wait& wait);
    Any select_any(std::span<const type::Info* const> types, std::optional<Duration> patience);
    void leave(Wait& wait);
    void leave_until_done(Wait& wait);
    void done(Wait& wait);
    void enter();
    void resume();
    void begin(Box* start);
    void put_aside(Box* box);
    void run();
    void unwind();
    bool wanted(const Wait& wait, const Box& box) const;
    bool wanted_specially(const Wait& wait, const Box& box) const;

    void placed(const Place& place) override { stack_size_ = place.stack; }
    void accept(Box* box) override;
    bool wants_start() const override { return true; }
    void release_code() override;
    std::size_t stack_used() const override { return stack_used_; }
    void call_then(const Then& then, Any value) override { then(*this, std::move(value)); }

    std::size_t stack_size_ = Stack::usual;
    std::size_t stack_used_ = 0;
    std::optional<Fiber> fiber_;
    BoxQueue pending_; ///< came while it waited for something else
    Wait* wait_ = nullptr;
    unsigned stops_ = 0; ///< Stops in `pending_`
    bool unwinding_ = false;
};

/// A function with its arguments, as an object.
template <class F, class... Arguments>
class FunctionOf final : public Self {
public:
    template <class G, class... As>
    explicit FunctionOf(Profile& profile, G&& function, As&&... arguments)
        : Self(profile), function_(std::forward<G>(function)), arguments_(std::forward<As>(arguments)...) {}

private:
    Any call() override {
        using Value = std::invoke_result_t<F&, Self&, Arguments...>;
        const auto invoke = [&](auto&... arguments) -> Value { return function_(*this, std::move(arguments)...); };
        if constexpr (std::is_void_v<Value>) {
            std::apply(invoke, arguments_);
            return {};
        } else {
            return Any(std::apply(invoke, arguments_));
        }
    }

    F function_;
    std::tuple<Arguments...> arguments_;
};

template <class F, class... Arguments>
std::unique_ptr<Object> make_function(F&& function, Arguments&&... arguments) {
    using Function = std::decay_t<F>;
    const void* key = nullptr;
    if constexpr (std::is_pointer_v<Function>)
        key = reinterpret_cast<const void*>(function);
    else
        key = &type::QualifiedName<Function>::text; // one for each lambda's type
    return std::make_unique<FunctionOf<Function, std::decay_t<Arguments>...>>(
        function_profile(key), std::forward<F>(function), std::forward<Arguments>(arguments)...);
}

} // namespace layer_cake::object
