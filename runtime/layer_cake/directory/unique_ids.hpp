#pragma once

#include <cstring>
#include <layer_cake/type/uuid.hpp>

namespace layer_cake::directory {

/// Makes ids that are unique among all nodes, fast: one random id, counted on.
class UniqueIds {
public:
    UniqueIds() : last_(type::Uuid::make()) {}
    explicit UniqueIds(std::uint64_t seed) { ///< the same ids for the same seed
        std::memcpy(last_.bytes.data(), &seed, sizeof seed);
        last_.bytes[6] = 0x40;
        last_.bytes[8] = 0x80;
    }

    type::Uuid next() {
        for (std::size_t at = last_.bytes.size(); at-- > 9;) // what is before says version and variant
            if (++last_.bytes[at] != 0) break;
        return last_;
    }

private:
    type::Uuid last_;
};

} // namespace layer_cake::directory
