#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <layer_cake/core/code_pages.hpp>
#include <sys/mman.h>

namespace layer_cake {

void give_back_code_pages() {
    std::FILE* maps = std::fopen("/proc/self/maps", "re");
    if (!maps) return;
    char line[512];
    while (std::fgets(line, sizeof line, maps)) {
        std::uintptr_t from = 0, to = 0;
        char rights[8] = {};
        // Code is never written to: what is dropped is in its file. "r-xp" without a path is the kernel's own.
        if (std::sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s", &from, &to, rights) != 3) continue;
        if (std::strcmp(rights, "r-xp") != 0 || !std::strchr(line, '/')) continue;
        ::madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
    }
    std::fclose(maps);
}

} // namespace layer_cake
