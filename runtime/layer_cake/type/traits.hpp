#pragma once

#include <array>
#include <concepts>
#include <deque>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/type/address.hpp>
#include <layer_cake/type/basic_shape.hpp>
#include <layer_cake/type/moments.hpp>
#include <layer_cake/type/texts.hpp>
#include <layer_cake/type/uuid.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// The portable form of the C++ types that need no description. layer-cake-types(7) has the table.
namespace layer_cake::type {

template <class T, Kind kind>
struct ScalarTraits {
    static constexpr Shape shape() { return shape_of_value<T>(kind); }
};

// clang-format off
template <> struct Traits<bool> : ScalarTraits<bool, Kind::boolean> {};
template <> struct Traits<std::byte> : ScalarTraits<std::byte, Kind::byte> {};
template <> struct Traits<char> : ScalarTraits<char, Kind::character> {};
template <> struct Traits<char32_t> : ScalarTraits<char32_t, Kind::rune> {};
template <> struct Traits<float> : ScalarTraits<float, Kind::float4> {};
template <> struct Traits<double> : ScalarTraits<double, Kind::float8> {};
template <> struct Traits<ByteString> : ScalarTraits<ByteString, Kind::string> {};
template <> struct Traits<std::string> : ScalarTraits<std::string, Kind::unicode> {};
template <> struct Traits<Block> : ScalarTraits<Block, Kind::block> {};
template <> struct Traits<ClockTime> : ScalarTraits<ClockTime, Kind::clock> {};
template <> struct Traits<Duration> : ScalarTraits<Duration, Kind::span> {};
template <> struct Traits<WallTime> : ScalarTraits<WallTime, Kind::world> {};
template <> struct Traits<TimeDelta> : ScalarTraits<TimeDelta, Kind::delta> {};
template <> struct Traits<Uuid> : ScalarTraits<Uuid, Kind::uuid> {};
template <> struct Traits<TypeName> : ScalarTraits<TypeName, Kind::type> {};
template <> struct Traits<Address> : ScalarTraits<Address, Kind::address> {};
template <> struct Traits<Target> : ScalarTraits<Target, Kind::target> {};
template <> struct Traits<Word> : ScalarTraits<Word, Kind::word> {};
// clang-format on

template <class T>
concept SizedInteger =
    std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t> && sizeof(T) <= 8;

template <SizedInteger T>
constexpr Kind integer_kind() {
    constexpr int step = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    return static_cast<Kind>(static_cast<int>(std::signed_integral<T> ? Kind::integer1 : Kind::unsigned1) + step);
}
template <SizedInteger T>
struct Traits<T> : ScalarTraits<T, integer_kind<T>()> {};

template <class T>
struct Traits<std::optional<T>> {
    static constexpr OptionalOps ops{
        [](const void* optional) -> const void* {
            const auto& held = *static_cast<const std::optional<T>*>(optional);
            return held ? &*held : nullptr;
        },
        [](void* optional) -> void* { return &static_cast<std::optional<T>*>(optional)->emplace(); },
        [](void* optional) { static_cast<std::optional<T>*>(optional)->reset(); },
    };
    static constexpr Shape shape() {
        auto shape = shape_of_object<std::optional<T>>(Kind::optional);
        shape.element = &Instance<T>::value;
        shape.optional = &ops;
        return shape;
    }
};

template <class T>
struct Traits<std::shared_ptr<T>> {
    static constexpr PointerOps ops{
        [](const void* pointer) -> std::shared_ptr<void> { return *static_cast<const std::shared_ptr<T>*>(pointer); },
        []() -> std::shared_ptr<void> { return std::make_shared<T>(); },
        [](void* pointer, const std::shared_ptr<void>& pointee) {
            *static_cast<std::shared_ptr<T>*>(pointer) = std::static_pointer_cast<T>(pointee);
        },
    };
    static constexpr Shape shape() {
        auto shape = shape_of_value<std::shared_ptr<T>>(Kind::pointer); // copies share the pointee
        shape.element = &Instance<T>::value;
        shape.pointer = &ops;
        return shape;
    }
};

/// Vectors, deques and sets; `contiguous` when the elements lie in one row.
template <class Sequence, Kind kind, bool contiguous>
struct SequenceTraits {
    using Element = typename Sequence::value_type;

    static constexpr SequenceOps make_ops() {
        SequenceOps ops{};
        ops.size = [](const void* sequence) { return static_cast<const Sequence*>(sequence)->size(); };
        ops.each = [](const void* sequence, void* context, bool (*one)(void*, const void*)) {
            for (const Element& element : *static_cast<const Sequence*>(sequence)) // a copy where it is a proxy
                if (!one(context, &element)) return false;
            return true;
        };
        ops.append = [](void* sequence, void* context, bool (*fill)(void*, void*)) {
            auto& to = *static_cast<Sequence*>(sequence);
            if constexpr (kind == Kind::set) {
                Element element{};
                if (!fill(context, &element)) return false;
                to.insert(std::move(element));
            } else if constexpr (std::is_same_v<Sequence, std::vector<bool>>) {
                bool element = false;
                if (!fill(context, &element)) return false;
                to.push_back(element);
            } else {
                to.emplace_back();
                if (!fill(context, &to.back())) return to.pop_back(), false;
            }
            return true;
        };
        ops.clear = [](void* sequence) { static_cast<Sequence*>(sequence)->clear(); };
        if constexpr (contiguous) {
            ops.data = [](const void* sequence) -> const void* {
                return static_cast<const Sequence*>(sequence)->data();
            };
            ops.resize = [](void* sequence, std::size_t size) { static_cast<Sequence*>(sequence)->resize(size); };
        }
        return ops;
    }
    static constexpr SequenceOps ops = make_ops();

    static constexpr Shape shape() {
        // Scalars copy as a whole; a vector of booleans has no elements to point at.
        constexpr bool whole = std::is_arithmetic_v<Element>;
        auto shape = [] {
            if constexpr (whole)
                return shape_of_value<Sequence>(kind);
            else
                return shape_of_object<Sequence>(kind);
        }();
        shape.element = &Instance<Element>::value;
        shape.sequence = &ops;
        return shape;
    }
};

template <class T>
struct Traits<std::vector<T>> : SequenceTraits<std::vector<T>, Kind::vector, !std::is_same_v<T, bool>> {};
template <class T>
struct Traits<std::deque<T>> : SequenceTraits<std::deque<T>, Kind::deque, false> {};
template <class T>
struct Traits<std::set<T>> : SequenceTraits<std::set<T>, Kind::set, false> {};

template <class T, std::size_t n>
struct Traits<std::array<T, n>> {
    using Array = std::array<T, n>;
    static constexpr SequenceOps ops{
        [](const void*) { return n; },
        [](const void* sequence, void* context, bool (*one)(void*, const void*)) {
            for (const auto& element : *static_cast<const Array*>(sequence))
                if (!one(context, &element)) return false;
            return true;
        },
        nullptr, // elements are filled in place
        [](void* sequence) { *static_cast<Array*>(sequence) = Array{}; },
        [](const void* sequence) -> const void* { return static_cast<const Array*>(sequence)->data(); },
        nullptr,
    };
    static constexpr Shape shape() {
        auto shape = shape_of_object<Array>(Kind::array);
        shape.element = &Instance<T>::value;
        shape.length = n;
        shape.sequence = &ops;
        return shape;
    }
};

template <class K, class V>
struct Traits<std::map<K, V>> {
    using Map = std::map<K, V>;
    static constexpr MapOps ops{
        [](const void* map) { return static_cast<const Map*>(map)->size(); },
        [](const void* map, void* context, bool (*one)(void*, const void*, const void*)) {
            for (const auto& [key, value] : *static_cast<const Map*>(map))
                if (!one(context, &key, &value)) return false;
            return true;
        },
        [](void* map, void* context, bool (*fill)(void*, void*, void*)) {
            K key{};
            V value{};
            if (!fill(context, &key, &value)) return false;
            static_cast<Map*>(map)->insert_or_assign(std::move(key), std::move(value));
            return true;
        },
        [](void* map) { static_cast<Map*>(map)->clear(); },
    };
    static constexpr Shape shape() {
        auto shape = shape_of_object<Map>(Kind::map);
        shape.element = &Instance<V>::value;
        shape.key = &Instance<K>::value;
        shape.map = &ops;
        return shape;
    }
};

} // namespace layer_cake::type
