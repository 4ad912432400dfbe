#pragma once

#include <layer_cake/object/elsewhere.hpp>
#include <layer_cake/object/object.hpp>
#include <tuple>

/// How a machine is written. A stateless one has a handler for each message it takes:
///
///     struct Counter {
///         using accepts = lc::accepts<Add, lc::Enquiry>;
///         int sum = 0;
///         void on(lc::Object&, const Add& add) { sum += add.amount; }
///         Sum on(lc::Object&, lc::Enquiry) { return {sum}; }      // what is returned is the reply
///     };
///
/// A machine with states names them, the first one first; a handler is for one state (`at`) or for all, and returns the
/// next state:
///
///     struct Toaster {
///         enum State { idle, toasting };
///         using states = lc::states<idle, toasting>;
///         using accepts = lc::accepts<Push, lc::T1>;
///         State on(lc::Object& self, lc::at<idle>, const Push& push) { self.start<lc::T1>(push.time); return toasting;
///         } State on(lc::Object& self, lc::at<toasting>, lc::T1) { ...; return idle; }
///     };
///
/// What no handler is for is dropped, visibly to the runtime's watcher - but: a Stop without a handler completes the
/// machine with Aborted; a handler for Faulted takes every kind of fault; `on(self, lc::Unknown, lc::Any& message)`
/// takes everything else. Handlers must not wait: all objects of the thread wait with them.
namespace layer_cake::object {

template <auto... all>
struct states {};

/// Marks a handler as one for that state.
template <auto state>
struct at {};

template <class M>
concept StateMachine = Machine<M> && requires {
    typename M::states;
};

template <Machine M>
class MachineObject final : public Object {
public:
    template <class... Arguments>
    explicit MachineObject(Arguments&&... arguments)
        : Object(machine_profile<M>()), machine_(make(std::forward<Arguments>(arguments)...)) {}

    M& machine() { return machine_; }

private:
    template <class... Arguments>
    static M make(Arguments&&... arguments) {
        if constexpr (std::is_aggregate_v<M>)
            return M{std::forward<Arguments>(arguments)...};
        else
            return M(std::forward<Arguments>(arguments)...);
    }

    void accept(Box* box) override {
        Any message;
        if (!take(box, message)) return;
        message_ = &message;
        guarded([&] { dispatch(message, typename M::accepts{}); });
        message_ = nullptr;
        after_handler();
    }

    std::string_view state_name() const override {
        if constexpr (StateMachine<M>)
            return name_of_state(typename M::states{});
        else
            return {};
    }
    template <auto... all>
    std::string_view name_of_state(states<all...>) const {
        std::string_view name;
        static_cast<void>(((state_ == all && (name = type::enumerator_name<all>(), true)) || ...));
        return name;
    }

    template <class Call>
    void guarded(Call call) {
        try {
            call();
        } catch (...) {
            faulted_by_exception();
        }
    }

    void call_then(const Then& then, Any value) override {
        guarded([&] { then(*this, std::move(value)); });
        after_handler();
    }

    bool wants_start() const override { return handled<type::Start>(typename M::accepts{}); }

    template <class T, class... Messages>
    static constexpr bool handled(accepts<Messages...>) {
        return (std::is_same_v<T, Messages> || ...);
    }

    template <class... Messages>
    void dispatch(Any& message, accepts<Messages...> all) {
        const auto* info = message.info();
        const bool found = ((info == &type::info_of<Messages>() && (handle<Messages>(message), true)) || ...);
        if (!found) [[unlikely]]
            dispatch_other(message, all);
    }

    template <class... Messages>
    void dispatch_other(Any& message, accepts<Messages...> all) {
        if constexpr (handled<type::Faulted>(all))
            if (const auto* fault = type::as_fault(message)) return invoke(const_cast<type::Faulted&>(*fault));
        if constexpr (!handled<type::Stop>(all))
            if (message.is<type::Stop>()) return complete(type::Aborted{});
        if constexpr (handled<type::Unknown>(all))
            invoke(type::Unknown{}, message);
        else
            dropped(message);
    }

    template <class T>
    void handle(Any& message) {
        if constexpr (std::is_same_v<T, type::Unknown>)
            invoke(type::Unknown{}, message);
        else
            invoke(*static_cast<T*>(message.value()));
    }

    template <class... Parts>
    void invoke(Parts&&... parts) {
        if constexpr (StateMachine<M>) {
            in_state(typename M::states{}, parts...);
        } else {
            static_assert(
                requires { machine_.on(*this, parts...); },
                "a message in `accepts` has no handler `on(self, message)`");
            using Answer = decltype(machine_.on(*this, parts...));
            if constexpr (std::is_void_v<Answer>)
                machine_.on(*this, parts...);
            else
                reply(machine_.on(*this, parts...));
        }
    }

    template <auto... all, class... Parts>
    void in_state(states<all...>, Parts&... parts) {
        constexpr bool anywhere = requires {
            machine_.on(*this, parts...);
        };
        static_assert(anywhere || (requires { machine_.on(*this, at<all>{}, parts...); } || ...),
                      "a message in `accepts` has no handler `on(self, at<state>, message)`");
        const bool known = ((state_ == all && (in_one<all>(parts...), true)) || ...);
        if (!known) faulted("shifted to nowhere");
    }

    template <auto state, class... Parts>
    void in_one(Parts&... parts) {
        if constexpr (requires { machine_.on(*this, at<state>{}, parts...); })
            state_ = machine_.on(*this, at<state>{}, parts...);
        else if constexpr (requires { machine_.on(*this, parts...); })
            state_ = machine_.on(*this, parts...);
        else if constexpr ((std::is_same_v<Parts, type::Stop> || ...))
            complete(type::Aborted{});
        else
            dropped(message());
    }

    struct Stateless {};
    template <class States>
    struct First {
        using type = Stateless;
    };
    template <auto first, auto... rest>
    struct First<states<first, rest...>> {
        using type = decltype(first);
        static constexpr auto value = first;
    };
    static constexpr auto initial() {
        if constexpr (StateMachine<M>)
            return First<typename M::states>::value;
        else
            return Stateless{};
    }

    M machine_;
    [[no_unique_address]] decltype(initial()) state_ = initial();
};

template <Machine M, class... Arguments>
std::unique_ptr<Object> make_machine(Arguments&&... arguments) {
    return std::make_unique<MachineObject<M>>(std::forward<Arguments>(arguments)...);
}

} // namespace layer_cake::object
