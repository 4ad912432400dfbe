#pragma once

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/preprocessor/cat.hpp>
#include <layer_cake/type/any.hpp>
#include <layer_cake/type/registry.hpp>
#include <layer_cake/type/type_name.hpp>

/// LAYER_CAKE_MESSAGE(T, members...) makes a struct a message: its members travel by name, in that order. Written
/// at namespace scope, in the namespace of T, after it. T is default constructible and movable; a
/// receiver keeps the default of each member that the sender left out. No members is fine; a member of a base class is
/// listed as T's own. The message's portable name is T's own with its namespaces: `shop::Order` is `shop.Order`.
///
///     struct Xy { int x = 1; int y = 1; };
///     LAYER_CAKE_MESSAGE(Xy, x, y)
#define LAYER_CAKE_MESSAGE(T, ...)                                                                                     \
    BOOST_DESCRIBE_STRUCT(T, (), (__VA_ARGS__))                                                                        \
    LAYER_CAKE_REGISTER(T)

/// The same under a name of its own, such as the one another language has for it:
/// `LAYER_CAKE_MESSAGE_AS(Xy, "test_api.Xy", x, y)`.
#define LAYER_CAKE_MESSAGE_AS(T, portable_name, ...)                                                                   \
    LAYER_CAKE_DESCRIBE_AS(T, portable_name, __VA_ARGS__)                                                              \
    LAYER_CAKE_REGISTER(T)

/// LAYER_CAKE_ENUM(E, enumerators...) lets an enumeration travel, by the names of its enumerators.
#define LAYER_CAKE_ENUM(E, ...)                                                                                        \
    BOOST_DESCRIBE_ENUM(E, __VA_ARGS__)                                                                                \
    LAYER_CAKE_REGISTER(E)

#define LAYER_CAKE_ENUM_AS(E, portable_name, ...)                                                                      \
    LAYER_CAKE_DESCRIBE_ENUM_AS(E, portable_name, __VA_ARGS__)                                                         \
    LAYER_CAKE_REGISTER(E)

/// Makes a type known that is none of its own and no member of a message: `LAYER_CAKE_REGISTER(std::vector<Xy>)`.
/// Needed where such a value arrives in an Any.
#define LAYER_CAKE_REGISTER(...)                                                                                       \
    [[maybe_unused]] static const bool BOOST_PP_CAT(layer_cake_registered_, __COUNTER__) =                             \
        ::layer_cake::type::registry().note(::layer_cake::type::info_of<__VA_ARGS__>());

/// For the messages of a header that is included everywhere: described as others are, but what the compiler makes of
/// them is made in one source file only. The header describes them with LAYER_CAKE_DESCRIBE_AS and ends with a list of
/// their full names given to LAYER_CAKE_MADE_ELSEWHERE; the source file gives the list to LAYER_CAKE_MADE_HERE. Both
/// outside of all namespaces.
#define LAYER_CAKE_DESCRIBE_AS(T, portable_name, ...)                                                                  \
    [[maybe_unused]] constexpr ::std::string_view layer_cake_portable_name(const T* const*) {                          \
        return portable_name;                                                                                          \
    }                                                                                                                  \
    BOOST_DESCRIBE_STRUCT(T, (), (__VA_ARGS__))

#define LAYER_CAKE_DESCRIBE_ENUM_AS(E, portable_name, ...)                                                             \
    [[maybe_unused]] constexpr ::std::string_view layer_cake_portable_name(const E* const*) {                          \
        return portable_name;                                                                                          \
    }                                                                                                                  \
    BOOST_DESCRIBE_ENUM(E, __VA_ARGS__)

#define LAYER_CAKE_MADE_ELSEWHERE(T) extern template struct layer_cake::type::Instance<T>;

#define LAYER_CAKE_MADE_HERE(T)                                                                                        \
    template struct layer_cake::type::Instance<T>;                                                                     \
    LAYER_CAKE_REGISTER(T)

namespace layer_cake::type {

// Asked by a pointer to a pointer, which does not convert to a base's: a message derived from another has its own name.
template <class T>
constexpr std::string_view portable_name() {
    if constexpr (requires { layer_cake_portable_name(static_cast<const T* const*>(nullptr)); })
        return layer_cake_portable_name(static_cast<const T* const*>(nullptr));
    else
        return qualified_name<T>();
}

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <DescribedStruct T>
struct Traits<T> {
    template <class D>
    using MemberType = std::remove_reference_t<decltype(std::declval<T&>().*D::pointer)>;

    static std::span<const Member> members() {
        using Described = boost::describe::describe_members<T, boost::describe::mod_any_access>;
        static const auto table = [] {
            std::array<Member, boost::mp11::mp_size<Described>::value> made{};
            T sample{}; // a pointer to member tells its offset only from an object
            std::size_t at = 0;
            boost::mp11::mp_for_each<Described>([&](auto member) {
                using D = decltype(member);
                const auto* place = reinterpret_cast<const std::byte*>(std::addressof(sample.*D::pointer));
                made[at++] = {D::name, static_cast<std::size_t>(place - reinterpret_cast<const std::byte*>(&sample)),
                              &info_of<MemberType<D>>()};
            });
            return made;
        }();
        return table;
    }

    static constexpr Shape shape() {
        auto shape = shape_of_object<T>(Kind::message);
        shape.name = portable_name<T>();
        shape.members = &members;
        if constexpr (std::is_base_of_v<Faulted, T>)
            shape.fault = [](const void* value) -> const Faulted* { return static_cast<const T*>(value); };
        return shape;
    }
};

template <DescribedEnum E>
struct Traits<E> {
    static std::span<const Enumerator> enumerators() {
        using Described = boost::describe::describe_enumerators<E>;
        static const auto table = [] {
            std::array<Enumerator, boost::mp11::mp_size<Described>::value> made{};
            std::size_t at = 0;
            boost::mp11::mp_for_each<Described>([&](auto each) {
                made[at++] = {each.name, static_cast<std::int64_t>(each.value)};
            });
            return made;
        }();
        return table;
    }

    static constexpr Shape shape() {
        auto shape = shape_of_value<E>(Kind::enumeration);
        shape.name = portable_name<E>();
        shape.enumerators = &enumerators;
        shape.number_of = [](const void* value) { return static_cast<std::int64_t>(*static_cast<const E*>(value)); };
        shape.set_number = [](void* value, std::int64_t number) { *static_cast<E*>(value) = static_cast<E>(number); };
        return shape;
    }
};

} // namespace layer_cake::type
