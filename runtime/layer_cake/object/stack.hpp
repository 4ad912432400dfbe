#pragma once

#include <cstddef>
#include <layer_cake/core/result.hpp>
#include <vector>

/// Stacks for fibers. A value is only the place of a stack; the pool of the
/// thread it came from takes it back.
namespace layer_cake::object {

/// One fiber's stack: `size` usable bytes below `top`, with a page below them
/// that may not be touched, so that an overflow is a fault and never a
/// neighbour's damage. Pages become resident when first used.
struct Stack {
    std::byte* top = nullptr; ///< the first address above; a page's boundary
    std::size_t size = 0;     ///< whole pages, without the guard

    explicit operator bool() const { return top != nullptr; }
    std::byte* bottom() const { return top - size; }
    /// Whether the address lies in the guard page.
    bool guards(const void* address) const;
    /// The bytes from the top to the deepest page that was ever used since it was last released: whole pages.
    std::size_t used() const;

    static std::size_t page();
    static constexpr std::size_t smallest = 16 << 10, largest = 256 << 20, usual = 256 << 10;
};

/// The stacks of one thread: cut out of slabs, kept for the next fiber when
/// they come back. Not thread-safe. Slabs are given back when the pool is destroyed.
class StackPool {
public:
    StackPool() = default;
    ~StackPool();
    StackPool(const StackPool&) = delete;
    StackPool& operator=(const StackPool&) = delete;

    /// A stack of at least `size` bytes (bounded by smallest and largest, rounded up to a power of two).
    /// Fails with `busy` where the system gives no more memory or guard pages.
    Result<Stack> take(std::size_t size);
    /// Takes a stack back, releases the pages below its first few, and says how much of it was used.
    std::size_t give(Stack stack);

    std::size_t kept() const; ///< stacks that wait for their next use

private:
    struct Slab {
        std::byte* start;
        std::size_t length;
    };
    struct Shelf { ///< the stacks of one size
        std::size_t size;
        std::size_t made;
        std::vector<std::byte*> free; ///< tops
    };
    Shelf& shelf(std::size_t size);
    Result<void> add_slab(Shelf& shelf);

    std::vector<Slab> slabs_;
    std::vector<Shelf> shelves_;
};

} // namespace layer_cake::object
