#pragma once

#include <layer_cake/type/box.hpp>
#include <layer_cake/type/traits.hpp>
#include <type_traits>
#include <utility>

namespace layer_cake::type {

/// One value of any portable type, or none (null). One pointer wide; owns a Box.
///
/// Moves, never copies by accident: `copy()` is explicit. Not shared between threads: it is handed over.
class Any {
public:
    Any() = default; ///< null

    /// Holds a value of T's type: `return Aborted{};` where an Any is returned.
    template <class T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, Any> && Portable<std::remove_cvref_t<T>>) Any(T&& value)
        : Any(make<std::remove_cvref_t<T>>(std::forward<T>(value))) {}

    Any(Any&& other) noexcept : box_(std::exchange(other.box_, nullptr)) {}
    Any& operator=(Any&& other) noexcept {
        Any(std::move(other)).swap(*this);
        return *this;
    }
    ~Any() {
        if (box_) destroy_box(box_);
    }

    /// Makes a T in place.
    template <Portable T, class... Arguments>
    static Any make(Arguments&&... arguments) {
        Holder holder{allocate_box(info_of<T>())};
        if constexpr (std::is_aggregate_v<T>)
            new (holder.box->value()) T{std::forward<Arguments>(arguments)...};
        else
            new (holder.box->value()) T(std::forward<Arguments>(arguments)...);
        return adopt(std::exchange(holder.box, nullptr));
    }
    /// Makes a value of that type by default.
    static Any make(const Info& info);

    bool has_value() const { return box_ != nullptr; }
    explicit operator bool() const { return box_ != nullptr; }

    /// The type, or null when there is no value.
    const Info* info() const { return box_ ? box_->info : nullptr; }
    /// The value's portable type: `any` when there is none.
    const std::string& signature() const;

    template <Portable T>
    bool is() const {
        return box_ && box_->info == &info_of<T>();
    }
    /// The value, or null when it is of another type. Valid until the Any is moved from or ends.
    template <Portable T>
    T* get() {
        return is<T>() ? static_cast<T*>(box_->value()) : nullptr;
    }
    template <Portable T>
    const T* get() const {
        return is<T>() ? static_cast<const T*>(box_->value()) : nullptr;
    }
    void* value() { return box_ ? box_->value() : nullptr; }
    const void* value() const { return box_ ? box_->value() : nullptr; }

    /// A second value of the same type and content, nested Any included; pointers are shared.
    Any copy() const;
    void reset() { Any().swap(*this); }
    void swap(Any& other) noexcept { std::swap(box_, other.box_); }

    /// Hands the box to the caller, who gives it to adopt() or destroy_box(). The link and envelope are the caller's.
    [[nodiscard]] Box* release() noexcept { return std::exchange(box_, nullptr); }
    /// Takes a box with a whole value, or null.
    static Any adopt(Box* box) noexcept {
        Any any;
        any.box_ = box;
        return any;
    }
    Box* box() const { return box_; }

    /// Same type and content.
    friend bool operator==(const Any& a, const Any& b);

private:
    struct Holder {
        Box* box;
        ~Holder() {
            if (box) free_box(box); // the value's constructor threw
        }
    };

    Box* box_ = nullptr;
};

template <>
struct Traits<Any> {
    static constexpr Shape shape() {
        auto shape = shape_of_object<Any>(Kind::any);
        shape.assign = [](void* to, const void* from) {
            *static_cast<Any*>(to) = static_cast<const Any*>(from)->copy();
        };
        shape.equal = [](const void* a, const void* b) {
            return *static_cast<const Any*>(a) == *static_cast<const Any*>(b);
        };
        return shape;
    }
};

} // namespace layer_cake::type
