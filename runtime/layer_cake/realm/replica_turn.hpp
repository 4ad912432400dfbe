#pragma once

#include <layer_cake/realm/replica.hpp>

/// Used by replica.cpp and its parts only.
namespace layer_cake::realm {

struct Replica::Turn {
    Instant now;
    RealmEffects& effects;
    directory::Effects below{}; ///< of the node
};

struct Replica::News {
    directory::PublishedDirectory published;
    directory::ClearListings cleared;
};

} // namespace layer_cake::realm
