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

    void* value() { return reinterpret_cast<std::byte*>(this) + info->box_offset; }
    const void* value() const { return reinterpret_cast<const std::byte*>(this) + info->box_offset; }
};
static_assert(sizeof(Box) == BoxPlan::head && alignof(Box) == 16);

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
