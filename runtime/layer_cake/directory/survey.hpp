#pragma once

#include <layer_cake/directory/listing.hpp>
#include <layer_cake/object/self.hpp>
#include <vector>

namespace layer_cake::directory {

/// A directory as it described itself, and those below it in the tree.
struct Surveyed {
    DirectoryListing listing;
    std::vector<Surveyed> below;        ///< wider scope first, then by executable and id
    std::vector<type::HostPort> silent; ///< connected to it, and have not answered; the one above the topmost included
};

/// How far a survey goes: a broken directory may send anything. What is beyond is left out, and is_whole() says so.
inline constexpr std::size_t survey_depth = 8, survey_directories = 20'000, survey_parts = 20'000;

/// How long a survey waits for an answer. Whoever has not given one by then is named as silent; the rest is there.
struct SurveyPatience {
    Duration top = std::chrono::seconds(3); ///< for the way up; then begins where it stands
    Duration below = std::chrono::seconds(2);
};

/// Asks a directory for the topmost of its tree, that one for its listing, and so on down to the processes, all of one
/// level at once. A listing that is more than a frame holds is asked for part by part. Whoever has been met before is
/// not asked again: a tree that bites its own tail ends there. Fails with `timed_out` when the directory itself does
/// not answer.
/// @param directory  the proxy of a connected directory
Result<Surveyed> survey(object::Self& self, const type::Address& directory, SurveyPatience patience = {});

/// False when some directory has more than was told of it, or may have.
bool is_whole(const Surveyed& top);

/// All directories of a survey, each before those below it.
std::vector<const Surveyed*> all_of(const Surveyed& top);

} // namespace layer_cake::directory
