#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <layer_cake/type/kind.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace layer_cake::type {

struct Info;
struct Faulted;

/// One described member of a message.
struct Member {
    std::string_view name;
    std::size_t offset = 0; ///< in bytes from the message's start
    const Info* info = nullptr;

    void* in(void* message) const { return static_cast<std::byte*>(message) + offset; }
    const void* in(const void* message) const { return static_cast<const std::byte*>(message) + offset; }
};

/// One value of an enumeration. The name travels, the number never.
struct Enumerator {
    std::string_view name;
    std::int64_t value = 0;
};

/// How to walk and fill an array, a vector, a deque or a set.
struct SequenceOps {
    std::size_t (*size)(const void* sequence);
    /// Shows each element in order until `one` says false; true when all were shown.
    bool (*each)(const void* sequence, void* context, bool (*one)(void* context, const void* element));
    /// Adds one element: made by default, filled by `fill`, taken in when that says true. A set drops duplicates.
    bool (*append)(void* sequence, void* context, bool (*fill)(void* context, void* element));
    void (*clear)(void* sequence);
    const void* (*data)(const void* sequence);        ///< the elements in one row, or null when they lie elsewhere
    void (*resize)(void* sequence, std::size_t size); ///< null when the elements are not in one row
};

/// How to walk and fill a map.
struct MapOps {
    std::size_t (*size)(const void* map);
    bool (*each)(const void* map, void* context, bool (*one)(void* context, const void* key, const void* value));
    /// Adds one pair made by default and filled by `fill`; a repeated key takes the last value.
    bool (*append)(void* map, void* context, bool (*fill)(void* context, void* key, void* value));
    void (*clear)(void* map);
};

/// How to look into and fill an optional.
struct OptionalOps {
    const void* (*get)(const void* optional); ///< null when empty
    void* (*emplace)(void* optional);         ///< a new value made by default
    void (*reset)(void* optional);
};

/// How to look through and share a pointer.
struct PointerOps {
    std::shared_ptr<void> (*get)(const void* pointer);
    std::shared_ptr<void> (*make)(); ///< a new pointee made by default
    void (*set)(void* pointer, const std::shared_ptr<void>& pointee);
};

/// The constant part of an Info; one is made for each C++ type by Traits (traits.hpp).
struct Shape {
    Kind kind = Kind::boolean;
    std::uint32_t size = 0;
    std::uint32_t align = 0;
    std::string_view name{}; ///< of a message or enumeration: `layer_cake.point_runtime.Ack`

    void (*construct)(void* at) = nullptr;        ///< by default
    void (*move)(void* at, void* from) = nullptr; ///< constructs at `at`; `from` stays to be destroyed
    void (*destroy)(void* at) = nullptr;
    void (*assign)(void* to, const void* from) = nullptr;  ///< null: structure.hpp goes by the parts
    bool (*equal)(const void* a, const void* b) = nullptr; ///< null: likewise

    const Info* element = nullptr; ///< of a sequence, optional or pointer; the value of a map
    const Info* key = nullptr;     ///< of a map
    std::size_t length = 0;        ///< of an array
    const SequenceOps* sequence = nullptr;
    const MapOps* map = nullptr;
    const OptionalOps* optional = nullptr;
    const PointerOps* pointer = nullptr;
    std::span<const Member> (*members)() = nullptr;         ///< of a message, in the order described
    std::span<const Enumerator> (*enumerators)() = nullptr; ///< of an enumeration
    std::int64_t (*number_of)(const void* value) = nullptr; ///< of an enumeration
    void (*set_number)(void* value, std::int64_t number) = nullptr;
    const Faulted* (*fault)(const void* value) = nullptr; ///< of a message that is derived from Faulted
};

/// Where the value lies in its box (box.hpp), and the class of memory that the box is made of: looked up for each
/// message that is made, read or ended.
struct BoxPlan {
    static constexpr std::uint32_t head = 48; ///< bytes of a box before the value
    static constexpr std::uint8_t classes = 5;
    static constexpr std::uint32_t smallest = 64; ///< bytes of the first class; each is twice the one before

    std::uint32_t box_offset;
    std::uint8_t box_class; ///< `classes` for what is larger or aligned beyond 16: from the heap

    constexpr explicit BoxPlan(const Shape& shape)
        : box_offset(shape.align <= 16 ? head : (head + shape.align - 1) / shape.align * shape.align), box_class(0) {
        while (box_class < classes && (shape.align > 16 || box_offset + shape.size > smallest << box_class))
            ++box_class;
    }
};

/// What this process knows of one C++ type: one immutable instance each, made
/// by the compiler, so that two types are the same when their addresses are.
///
/// From an Info alone a value can be made, walked, filled, copied, compared
/// and destroyed. Safe on every thread.
struct Info : BoxPlan, Shape {
    constexpr explicit Info(const Shape& shape) : BoxPlan(shape), Shape(shape) {}
    Info(const Info&) = delete;

    /// The portable name, structure included: `vector<vector<float8>>`.
    const std::string& signature() const { return facts().signature; }

    /// Changes when anything changes that a binary encoding depends on: names, order and types of the members,
    /// enumerators, optionality, through all levels.
    std::uint64_t schema_hash() const { return facts().schema_hash; }

    /// Room for what a codec prepares once for each type. The holder never frees it.
    std::atomic<const void*>& codec_slot() const { return codec_slot_; }

private:
    struct Facts {
        std::string signature;
        std::uint64_t schema_hash = 0;
    };
    const Facts& facts() const {
        const auto* made = facts_.load(std::memory_order_acquire);
        return made ? *made : make_facts();
    }
    const Facts& make_facts() const;

    mutable std::atomic<const Facts*> facts_{nullptr};
    mutable std::atomic<const void*> codec_slot_{nullptr};
};

/// How a C++ type becomes a portable one: `static constexpr Shape shape()`. Types without one cannot travel.
template <class T>
struct Traits;

/// The one Info of a C++ type.
template <class T>
struct Instance {
    static const Info value;
};
template <class T>
constinit const Info Instance<T>::value{Traits<T>::shape()};

template <class T>
const Info& info_of() {
    return Instance<T>::value;
}

/// Every type that can travel: those of traits.hpp and those described with LAYER_CAKE_MESSAGE or LAYER_CAKE_ENUM.
template <class T>
concept Portable = requires {
    Traits<T>::shape();
};

} // namespace layer_cake::type
