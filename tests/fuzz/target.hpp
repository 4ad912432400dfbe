#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// One fuzz target: `FUZZ_TARGET(text) { ... }` is run on every text, by libFuzzer or by replay.cpp.
#define FUZZ_TARGET(text)                                                                                              \
    static void check_text(std::string_view text);                                                                     \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);                                 \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {                                \
        check_text(std::string_view(reinterpret_cast<const char*>(data), size));                                       \
        return 0;                                                                                                      \
    }                                                                                                                  \
    static void check_text(std::string_view text)

/// Ends the process with a core when a claim does not hold.
inline void require(bool holds) {
    if (!holds) std::abort();
}
