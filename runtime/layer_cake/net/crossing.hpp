#pragma once

#include <array>
#include <cstdint>
#include <layer_cake/type/address.hpp>
#include <span>

/// How addresses are rewritten where they cross a connection: each side has a proxy for it, and a default target.
namespace layer_cake::net {

/// An address as it is written in a frame.
class Numbers {
public:
    static constexpr std::size_t most = 64; ///< a longer one is refused

    Numbers() = default;
    Numbers(std::initializer_list<std::int64_t> numbers) {
        for (const auto number : numbers)
            push(number);
    }

    /// False when it is full.
    bool push(std::int64_t number) {
        if (size_ == most) return false;
        numbers_[size_++] = number;
        return true;
    }
    void clear() { size_ = 0; }
    void drop_last() { --size_; } ///< not when empty
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::int64_t operator[](std::size_t at) const { return numbers_[at]; }
    std::int64_t back() const { return numbers_[size_ - 1]; } ///< not when empty
    std::span<const std::int64_t> view() const { return {numbers_.data(), size_}; }

private:
    std::size_t size_ = 0;
    std::array<std::int64_t, most> numbers_; ///< those beyond size_ are not initialised
};

/// One connection, as this side sees it.
struct Crossing {
    std::int64_t proxy = 0; ///< our object that stands for it
    type::Address target;   ///< our object for messages that name none
};

/// A return address, or one in the book, on its way out. One that leads back through the connection loses our proxy and
/// is marked with a 0: it comes home. Empty when it has too many numbers.
Numbers to_wire(const type::Address& address, const Crossing& crossing);

/// Such an address on its way in: one that is marked comes home, any other leads through our proxy from now on.
/// `numbers` is not empty.
type::Address from_wire(std::span<const std::int64_t> numbers, const Crossing& crossing);

/// Whether from_wire() takes it for one of ours: it must then be one that the far side got from us.
inline bool comes_home(std::span<const std::int64_t> numbers) {
    return numbers.back() == 0;
}

/// The destination in a header: all of our address, our proxy included. `at_far_end` is the address there; nobody for
/// its default target. Empty when it has too many numbers.
Numbers destination_to_wire(const type::Address& at_far_end, const Crossing& crossing);

/// The destination as its receiver reads it: without the number of the sender's proxy; the default target when nothing
/// is left. More than one number: the message is passed on through the proxy that is the last of them.
type::Address destination_from_wire(std::span<const std::int64_t> numbers, const Crossing& crossing);

} // namespace layer_cake::net
