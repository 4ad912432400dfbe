#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <layer_cake/object/stack.hpp>
#include <sys/mman.h>
#include <unistd.h>

namespace layer_cake::object {
namespace {

constexpr std::size_t slab_bytes = 4 << 20;    ///< of a large slab
constexpr std::size_t first_stacks = 2;        ///< in the first slab of a size; each later one doubles what there is
constexpr std::size_t kept_resident = 8 << 10; ///< what a returned stack may keep for its next use
constexpr int guard_install = 102; ///< MADV_GUARD_INSTALL, of Linux 6.13; not in the C library's headers yet

/// A guard without a mapping of its own where the kernel can: mappings are limited to some 65,000 a process.
bool guard(std::byte* page) {
    static const bool light = [page] { return ::madvise(page, Stack::page(), guard_install) == 0; }();
    if (light) return ::madvise(page, Stack::page(), guard_install) == 0;
    return ::mprotect(page, Stack::page(), PROT_NONE) == 0;
}

} // namespace

std::size_t Stack::page() {
    static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return size;
}

bool Stack::guards(const void* address) const {
    const auto* at = static_cast<const std::byte*>(address);
    return top && at < bottom() && at >= bottom() - page();
}

std::size_t Stack::used() const {
    std::array<unsigned char, 256> resident{};
    const std::size_t step = page();
    for (std::byte* at = bottom(); at < top;) {
        const std::size_t pages = std::min(resident.size(), static_cast<std::size_t>(top - at) / step);
        if (::mincore(at, pages * step, resident.data()) != 0) return 0;
        for (std::size_t i = 0; i < pages; ++i)
            if (resident[i] & 1) return static_cast<std::size_t>(top - at) - i * step;
        at += pages * step;
    }
    return 0;
}

StackPool::~StackPool() {
    for (const auto& slab : slabs_)
        ::munmap(slab.start, slab.length);
}

StackPool::Shelf& StackPool::shelf(std::size_t size) {
    size = std::bit_ceil(std::clamp(size, Stack::smallest, Stack::largest));
    for (auto& shelf : shelves_)
        if (shelf.size == size) return shelf;
    return shelves_.emplace_back(Shelf{size, 0, {}});
}

Result<Stack> StackPool::take(std::size_t size) {
    auto& from = shelf(size);
    if (from.free.empty())
        if (auto added = add_slab(from); !added) return fail(std::move(added).error());
    auto* top = from.free.back();
    from.free.pop_back();
    return Stack{top, from.size};
}

Result<void> StackPool::add_slab(Shelf& shelf) {
    const std::size_t step = shelf.size + Stack::page();
    const std::size_t most = std::max<std::size_t>(1, slab_bytes / step);
    const std::size_t count = std::min(most, std::max(first_stacks, shelf.made));
    const auto refuse = [](int error) {
        auto reason = system_error("cannot get a stack", error);
        reason.fault = Fault::busy;
        return fail(std::move(reason));
    };
    void* memory =
        ::mmap(nullptr, count * step, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return refuse(errno);
    // A huge page would make all of a slab resident at the first touch.
    ::madvise(memory, count * step, MADV_NOHUGEPAGE);
    auto* start = static_cast<std::byte*>(memory);
    for (std::size_t i = 0; i < count; ++i)
        if (!guard(start + i * step)) {
            const int error = errno;
            ::munmap(memory, count * step);
            return refuse(error);
        }
    slabs_.push_back({start, count * step});
    for (std::size_t i = count; i > 0; --i)
        shelf.free.push_back(start + i * step);
    shelf.made += count;
    return ok();
}

std::size_t StackPool::give(Stack stack) {
    const std::size_t used = stack.used();
    if (used > kept_resident) ::madvise(stack.bottom(), stack.size - kept_resident, MADV_DONTNEED);
    shelf(stack.size).free.push_back(stack.top);
    return used;
}

std::size_t StackPool::kept() const {
    std::size_t count = 0;
    for (const auto& shelf : shelves_)
        count += shelf.free.size();
    return count;
}

} // namespace layer_cake::object
