#pragma once

#include <atomic>
#include <compare>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

namespace layer_cake::type {

/// Where an object is: a list of integers, read from the right. The last is
/// an object of this process; when that is a proxy, the rest is the address
/// at the far end of its connection. `[0]` is nobody.
///
/// 16 bytes; copying a local address (one number) costs nothing, a longer
/// one shares its immutable rest. Safe to copy on any thread.
class Address {
public:
    Address() = default; ///< nobody
    explicit Address(std::int64_t id) : id_(id) {}
    /// From the list; an empty one is nobody.
    explicit Address(std::span<const std::int64_t> numbers);
    Address(std::initializer_list<std::int64_t> numbers)
        : Address(std::span<const std::int64_t>(numbers.begin(), numbers.size())) {}

    Address(const Address& other) : id_(other.id_), rest_(other.rest_) { share(); }
    Address(Address&& other) noexcept : id_(std::exchange(other.id_, 0)), rest_(std::exchange(other.rest_, nullptr)) {}
    Address& operator=(Address other) noexcept {
        std::swap(id_, other.id_);
        std::swap(rest_, other.rest_);
        return *this;
    }
    ~Address() {
        if (rest_) release();
    }

    /// The object of this process it leads to or through.
    std::int64_t id() const { return id_; }
    bool is_local() const { return rest_ == nullptr; } ///< one number
    explicit operator bool() const { return id_ != 0 || rest_ != nullptr; }

    std::size_t size() const;                  ///< how many numbers, 1 at least
    std::vector<std::int64_t> list() const;    ///< all of them
    Address at_far_end() const;                ///< without the last number; nobody when local
    Address through(std::int64_t proxy) const; ///< with one more: this address as seen behind that proxy

    friend bool operator==(const Address& a, const Address& b) { return (a <=> b) == 0; }
    friend std::strong_ordering operator<=>(const Address& a, const Address& b);

private:
    struct Rest; ///< the numbers before the last

    void share() const;
    void release();

    std::int64_t id_ = 0;
    Rest* rest_ = nullptr;
};

/// The destination in a frame's header: an address that is always written as numbers.
struct Target {
    Address address;
    friend bool operator==(const Target&, const Target&) = default;
    friend auto operator<=>(const Target&, const Target&) = default;
};

} // namespace layer_cake::type
