#pragma once

#include <cstddef>

namespace layer_cake::codec {

/// What a decoder takes from outside before it refuses.
struct Limits {
    std::size_t bytes = 16u << 20;   ///< of the text
    std::size_t memory = 256u << 20; ///< that the elements of all its lists may take, in bytes
    int depth = 64;                  ///< of nesting; a fiber's stack has room for this
    std::size_t pointers = 100'000;  ///< entries of the pointer table; a long chain ends link within link when its
                                     ///< holder drops it, unless type::untie() takes it apart
};

} // namespace layer_cake::codec
