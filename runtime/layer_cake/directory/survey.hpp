#pragma once

#include <layer_cake/directory/listing.hpp>
#include <layer_cake/object/self.hpp>
#include <vector>

namespace layer_cake::directory {

/// A directory as it described itself, and those below it in the tree.
struct Surveyed {
    DirectoryListing listing;
    std::vector<Surveyed> below;        ///< wider scope first, then by executable and id
    std::vector<type::HostPort> silent; ///< connected below it, and have not answered
};

/// How far a survey goes. A broken directory may send anything.
inline constexpr std::size_t survey_depth = 8, survey_directories = 20'000;

/// Asks a directory for the topmost of its tree, that one for its listing, and so on down to the processes, all
/// those below one directory at once. Whoever has been met before is not asked again: a tree that bites its own tail
/// ends there. Fails with `timed_out` when the topmost does not answer.
/// @param directory  the proxy of a connected directory
/// @param patience   for each answer
Result<Surveyed> survey(object::Self& self, const type::Address& directory, Duration patience);

/// All directories of a survey, each before those below it.
std::vector<const Surveyed*> all_of(const Surveyed& top);

} // namespace layer_cake::directory
