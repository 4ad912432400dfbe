#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/process/start_options.hpp>
#include <string>

namespace layer_cake::process {

/// The folders a process works in and what it is there: decided at its start, then read only.
struct PlaceOfWork {
    std::string home; ///< absolute; empty outside a home
    std::string role; ///< of the instance: `worker-2`; by hand the program's name
    bool is_role = false;
    bool is_supervised = false;          ///< a supervisor has started it: its stdout is its log
    bool is_python = false;              ///< in a home of the Python library's command, whose files it keeps
    bool takes_lock = true;              ///< false where that command holds the locks of what it runs
    std::optional<std::string> settings; ///< of the role, as JSON
    std::string resource;                ///< empty: none
    std::string model;                   ///< the current folder, by hand
    std::string tmp;                     ///< of a role; by hand empty until asked for

    std::string role_folder() const { return home + "/role/" + role; }
};

/// From the environment (a supervisor's LAYER_CAKE_HOME, LAYER_CAKE_ROLE and LAYER_CAKE_SETTINGS; the last is taken
/// out, so that a process started by this one is no role), else from `--home-path` and `--role-name`, whose settings
/// are read from the home's definition. Changes nothing on disk. Fails with `missing` when the role is not there.
/// @param for_object  it was started for an object of a role: a sub-role, which no definition mentions
Result<PlaceOfWork> find_place(const StartOptions& options, const std::string& program, bool for_object = false);

/// Makes a role's folders and empties its tmp. The role is this process's while the lock exists: fails with `busy`
/// when another process has it, and then nothing was emptied. Nothing where it is not to be taken.
Result<std::optional<home::Lock>> take_role(const PlaceOfWork& place);

/// The folders, absolute. `resource_path()` is shared by all roles of one executable; empty by hand, unless
/// `--resource-path` says one. `model_path()` is kept from one life to the next: by hand the current folder.
/// `tmp_path()` is empty when the process begins; by hand a folder is made when first asked for, and removed at the
/// end. Any thread, within run().
const std::string& resource_path();
const std::string& model_path();
const std::string& tmp_path();

/// For run(): what the three tell, until it is destroyed.
class CurrentPlace {
public:
    explicit CurrentPlace(const PlaceOfWork& place);
    ~CurrentPlace();
    CurrentPlace(const CurrentPlace&) = delete;
    CurrentPlace& operator=(const CurrentPlace&) = delete;
};

} // namespace layer_cake::process
