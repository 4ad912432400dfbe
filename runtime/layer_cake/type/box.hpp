#pragma once

#include <cstddef>
#include <cstdint>
#include <layer_cake/type/info.hpp>

namespace layer_cake::type {

/// One value on its way: its type, a link, room for an envelope, and the value itself, in one piece of memory.
///
/// The link and the envelope belong to whoever holds the box (a mailbox); Any leaves them alone and does not
/// initialise them.
struct Box {
    const Info* info;
    Box* next;
    alignas(16) std::byte envelope[32];

    /// Where the value of that type lies in its box.
    static constexpr std::size_t offset(const Shape& info) {
        return info.align <= alignof(Box) ? sizeof(Box) : align_up(info.align);
    }
    void* value() { return reinterpret_cast<std::byte*>(this) + offset(*info); }
    const void* value() const { return reinterpret_cast<const std::byte*>(this) + offset(*info); }

private:
    static constexpr std::size_t align_up(std::size_t align) { return (sizeof(Box) + align - 1) / align * align; }
};
static_assert(sizeof(Box) == 48);

/// Memory for a box with that type's value, neither made yet but for `info`. Any thread.
///
/// Small boxes (to 1024 bytes in all) come from lists of this thread and go back to the lists of the thread that
/// frees them; what piles up there moves to the other threads in batches, and to the heap beyond a bound.
Box* allocate_box(const Info& info);

/// Gives back the memory; the value is destroyed already. Any thread.
void free_box(Box* box) noexcept;

/// Destroys the value and gives back the memory.
inline void destroy_box(Box* box) noexcept {
    box->info->destroy(box->value());
    free_box(box);
}

} // namespace layer_cake::type
