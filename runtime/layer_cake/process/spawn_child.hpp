#pragma once

#include <cstddef>
#include <sys/resource.h>
#include <sys/types.h>

/// The child's side of spawn: runs in our memory, on a stack of its own, until its exec. System calls only.
namespace layer_cake::process::detail {

/// What the child was doing when it failed.
enum class Step : int { none, cgroup, limit, nice, user, files, working_dir, parent, exec };

struct Move {
    int from, to;
};
struct Limit {
    int resource;
    rlimit64 value;
};

/// The plan in the form of system call arguments, and the child's answer.
struct ChildTask {
    const char* executable;
    char* const* arguments;
    char* const* environment;
    const char* working_dir; ///< null: ours
    const char* cgroup;      ///< null: none
    Move* moves;             ///< sorted by `to`; 0, 1 and 2 included
    std::size_t move_count;
    unsigned above; ///< descriptors from here on are not ours: the table is shared with the parent until they are left
                    ///< behind
    const Limit* limits;
    std::size_t limit_count;
    const int* nice; ///< null: unchanged
    const unsigned* umask;
    bool change_user;
    uid_t uid;
    gid_t gid;
    const gid_t* groups;
    std::size_t group_count;
    pid_t parent;

    Step failed_step = Step::none;
    int failed_with = 0;  ///< errno
    int failed_limit = 0; ///< the resource
};

/// Entry of clone(2). @param task  a ChildTask
int run_child(void* task);

} // namespace layer_cake::process::detail
