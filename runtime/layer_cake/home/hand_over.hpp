#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/home/home.hpp>
#include <string_view>
#include <sys/types.h>

namespace layer_cake::home {

struct Owner {
    uid_t uid;
    gid_t gid;
};

/// Lets a role's process run as this user, in a home of root's. Nothing else of the home can be read by it.
///
///     <home>, role, role/<role>, resource        0711: the way to what is its own, and no list of names
///     resource/<executable>                      made, and readable
///     model, tmp, lock, returned of role/<role>  the user's, with what root has put there
///
/// history and logs of the role stay root's: the supervisor writes them. Only for root, while nothing of the role
/// runs. A file with several names keeps its owner: it may be one that is elsewhere, too. For root itself nothing is
/// done but to take back what was another's.
/// @param executable  whose resources it reads; empty: none
Result<void> hand_over_role(const Paths& paths, std::string_view role, std::string_view executable, Owner owner);

} // namespace layer_cake::home
