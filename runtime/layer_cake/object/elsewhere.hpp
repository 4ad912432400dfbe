#pragma once

#include <array>
#include <cstring>
#include <layer_cake/object/maker.hpp>
#include <layer_cake/object/object.hpp>
#include <layer_cake/type/traits.hpp>
#include <string>
#include <tuple>
#include <vector>

/// Objects of other processes: what has to be said of one to have it made there by its name.
namespace layer_cake::object {

/// An object that is to run in another process, for whoever makes its stand-in (Runtime::Options::elsewhere).
struct Elsewhere {
    Profile* profile = nullptr;
    std::string name;           ///< as find_maker() knows it; empty for a program's main object
    std::vector<Any> arguments; ///< of a program: its settings, or nothing
    Place place{};
    std::string problem{}; ///< why it cannot run there; empty when it can
};

/// Whether values of T can be sent, through all that they are made of.
template <class T>
inline constexpr bool travels = type::Portable<T>;
template <class T>
inline constexpr bool travels<std::vector<T>> = travels<T>;
template <class T>
inline constexpr bool travels<std::deque<T>> = travels<T>;
template <class T>
inline constexpr bool travels<std::set<T>> = travels<T>;
template <class T>
inline constexpr bool travels<std::optional<T>> = travels<T>;
template <class T>
inline constexpr bool travels<std::shared_ptr<T>> = travels<T>;
template <class T, std::size_t n>
inline constexpr bool travels<std::array<T, n>> = travels<T>;
template <class K, class V>
inline constexpr bool travels<std::map<K, V>> = travels<K>&& travels<V>;

/// As what an argument is sent: a text that is only looked at is sent as a text of its own.
template <class T, class D = std::decay_t<T>>
using Sent = std::conditional_t<!travels<D> && std::is_convertible_v<D, std::string_view>, std::string, D>;

/// An optional is sent as its value, or as nothing: what is empty has no type out there.
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
Any sent_argument(auto&& argument) {
    T sent(std::forward<decltype(argument)>(argument));
    if constexpr (is_optional<T>)
        return sent ? Any(std::move(*sent)) : Any();
    else
        return Any(std::move(sent));
}

/// False when it is none of that type.
template <class T>
bool received_argument(Any& argument, T& value) {
    if constexpr (std::is_same_v<T, Any>) {
        value = std::move(argument);
        return true;
    } else if constexpr (is_optional<T>) {
        return !argument || received_argument(argument, value.emplace());
    } else if (auto* came = argument.get<T>()) {
        value = std::move(*came);
        return true;
    } else if constexpr (std::is_arithmetic_v<T>) { // `long` and `long long` are one type out there
        if (!argument || argument.signature() != type::info_of<T>().signature()) return false;
        std::memcpy(&value, argument.value(), sizeof value);
        return true;
    } else {
        return false;
    }
}

/// The arguments that came, as the types they were sent as; Result's failure says which one is none.
template <class... Ts>
Result<std::tuple<Ts...>> received_arguments(std::span<Any> arguments) {
    if (arguments.size() != sizeof...(Ts))
        return fail(Fault::invalid, "its arguments are " + std::to_string(arguments.size()) + " instead of " +
                                        std::to_string(sizeof...(Ts)));
    std::tuple<Ts...> values;
    std::size_t wrong = 0, at = 0;
    const auto take = [&](auto& value) {
        if (!received_argument(arguments[at++], value) && wrong == 0) wrong = at;
    };
    std::apply([&](auto&... value) { (take(value), ...); }, values);
    if (wrong != 0)
        return fail(Fault::invalid,
                    "its argument " + std::to_string(wrong) + " came as " + arguments[wrong - 1].signature());
    return values;
}

template <class... Ts>
void know_types() {
    (type::registry().note(type::info_of<Ts>()), ...);
}

/// A function by its address; in other processes only one of this form can be made.
template <auto function>
struct NamedFunction {
    static bool name(std::string_view) { return false; }
};
template <class R, class... Parameters, R (*function)(Self&, Parameters...)>
struct NamedFunction<function> {
    static Result<std::unique_ptr<Object>> make(std::span<Any> arguments) {
        auto values = received_arguments<std::decay_t<Parameters>...>(arguments);
        if (!values) return fail(std::move(values).error());
        return std::apply([](auto&... value) { return make_function(function, std::move(value)...); }, *values);
    }
    static bool name(std::string_view name) {
        if constexpr ((travels<std::decay_t<Parameters>> && ...)) {
            know_types<std::decay_t<Parameters>...>();
            if constexpr (travels<R>) know_types<R>();
            return name_maker(name, &make);
        }
        return false;
    }
};

template <auto function>
bool register_object(std::string_view name, std::span<const type::Info* const> accepted = {}) {
    NamedFunction<function>::name(name);
    return name_function(reinterpret_cast<const void*>(function), name, accepted);
}

/// A machine made of arguments of these types. Each one that a program creates somewhere is known in all its processes.
template <Machine M, class... Ts>
struct NamedMachine {
    static Result<std::unique_ptr<Object>> make(std::span<Any> arguments) {
        auto values = received_arguments<Ts...>(arguments);
        if (!values) return fail(std::move(values).error());
        return std::apply([](auto&... value) { return make_machine<M>(std::move(value)...); }, *values);
    }
    static const std::string& name() {
        static const std::string text = [] {
            std::string name(type::qualified_name<M>());
            for (const auto* info : {static_cast<const type::Info*>(nullptr), &type::info_of<Ts>()...})
                if (info) name += ":" + info->signature();
            return name;
        }();
        return text;
    }
    static inline const bool named = (know_types<Ts...>(), name_maker(name(), &make));
};

template <Machine M, class... Arguments>
Elsewhere machine_elsewhere(Arguments&&... arguments) {
    Elsewhere object{&machine_profile<M>(), {}, {}};
    if constexpr ((travels<Sent<Arguments>> && ...)) {
        using Named = NamedMachine<M, Sent<Arguments>...>;
        (void)&Named::named; // its use makes it known
        object.name = Named::name();
        (object.arguments.push_back(sent_argument<Sent<Arguments>>(std::forward<Arguments>(arguments))), ...);
    } else {
        object.problem = "one of its arguments is of a type that cannot travel";
    }
    return object;
}

template <class R, class... Parameters, class... Arguments>
void send_arguments(Elsewhere& object, R (*)(Self&, Parameters...), Arguments&&... arguments) {
    if constexpr ((travels<std::decay_t<Parameters>> && ...))
        (object.arguments.push_back(sent_argument<std::decay_t<Parameters>>(std::forward<Arguments>(arguments))), ...);
    else
        object.problem = "one of its parameters is of a type that cannot travel";
}

template <class F, class... Arguments>
Elsewhere function_elsewhere(const F& function, Arguments&&... arguments) {
    if constexpr (std::is_pointer_v<std::decay_t<F>>) {
        const std::decay_t<F> pointer = function;
        auto& profile = function_profile(reinterpret_cast<const void*>(pointer));
        Elsewhere object{&profile, profile.name, {}};
        send_arguments(object, pointer, std::forward<Arguments>(arguments)...);
        return object;
    } else {
        return {&function_profile(&type::QualifiedName<F>::text), {}, {}, {}, "it is no plain function"};
    }
}

} // namespace layer_cake::object
