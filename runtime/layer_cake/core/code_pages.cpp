#include <cstdint>
#include <layer_cake/core/code_pages.hpp>
#include <link.h>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace layer_cake {

void give_back_code_pages() {
    const auto give_back = [](dl_phdr_info* object, std::size_t, void*) {
        if (std::string_view(object->dlpi_name).starts_with("linux-vdso")) return 0; // the kernel's own
        const auto page = static_cast<std::uintptr_t>(::getpagesize());
        for (int i = 0; i < object->dlpi_phnum; ++i) {
            const auto& segment = object->dlpi_phdr[i];
            // What may not be written to is in its file as it is here.
            if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
            const auto from = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
            const auto to = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
            ::madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
        }
        return 0;
    };
    ::dl_iterate_phdr(give_back, nullptr);
}

} // namespace layer_cake
