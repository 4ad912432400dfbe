#pragma once

#include <cstddef>
#include <cstdint>
#include <layer_cake/core/clock.hpp>

namespace layer_cake::realm {

/// What other sites may make a member keep, and do. What is beyond is refused and counted.
struct RealmLimits {
    std::size_t members = 10'000;
    std::size_t names = 2'000'000; ///< that are kept, of all members
    std::size_t names_of_member = 500'000;
    std::size_t bytes = 512u << 20;       ///< of all their texts
    std::size_t changes = 500'000;        ///< of one member at once
    std::size_t changes_a_second = 5'000; ///< in the long run
    std::size_t compared = 4'000'000;     ///< names with searches, for others' questions, at once
    std::size_t compared_a_second = 1'000'000;
    std::size_t questions = 4'096;               ///< of our own that wait for answers
    std::size_t searches = 1'000;                ///< in one question
    Duration refresh = std::chrono::seconds(60); ///< so often every family is announced again, unchanged
};

/// Counted since the start.
struct RealmFigures {
    std::uint64_t announced = 0, withdrawn = 0; ///< names of ours
    std::uint64_t sent = 0, sent_bytes = 0;     ///< messages
    std::uint64_t received = 0, received_bytes = 0;
    std::uint64_t questions = 0, answers = 0; ///< asked by us; answered by us

    // Refused, of what others said.
    std::uint64_t forged = 0;     ///< not signed with the realm's key
    std::uint64_t malformed = 0;  ///< no message of this form
    std::uint64_t late = 0;       ///< old, said again, or in answer to nothing we ask any more
    std::uint64_t unwanted = 0;   ///< of families that nobody here searches
    std::uint64_t flood = 0;      ///< more changes, or questions, than are taken of one
    std::uint64_t over_limit = 0; ///< names that there is no room for
    std::uint64_t bad_names = 0;  ///< too long, empty, no text; or no address

    std::uint64_t expired = 0; ///< members whose lease ran out
    // Now.
    std::uint64_t members = 0, names = 0, bytes = 0; ///< of others, kept here
    std::uint64_t own_names = 0, families = 0;       ///< of this site; of interest to it
    Duration lag{};                                  ///< the longest that this member came late to its own work
};

} // namespace layer_cake::realm
