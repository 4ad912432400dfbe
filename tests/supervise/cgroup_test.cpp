#include "tests/process/real_process.hpp"

#include <csignal>
#include <cstdlib>
#include <doctest/doctest.h>
#include <layer_cake/supervise/cgroup.hpp>
#include <sys/stat.h>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace layer_cake::process;
using namespace layer_cake::process::test;

namespace {

/// A cgroup of this test's own where this machine lets us make one, else empty.
struct OwnCgroup {
    std::string path;

    OwnCgroup() {
        for (const std::string root : {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"}) {
            if (::access((root + "/cgroup.controllers").c_str(), F_OK) != 0) continue;
            const auto folder = root + "/layer-cake-test-" + std::to_string(::getpid());
            if (::mkdir(folder.c_str(), 0755) == 0 && ::access((folder + "/cgroup.kill").c_str(), W_OK) == 0) {
                path = folder;
                return;
            }
            ::rmdir(folder.c_str());
        }
    }
    ~OwnCgroup() {
        if (!path.empty()) ::rmdir(path.c_str());
    }
};

} // namespace

TEST_CASE("a cgroup that was not given to us is left alone") {
    ::setenv("LAYER_CAKE_CGROUP", "/no/such/cgroup", 1);
    CHECK_FALSE(Cgroups::find().has_value());
    ::unsetenv("LAYER_CAKE_CGROUP");
    if (::geteuid() == 0 && ::access("/sys/fs/cgroup/unified/cgroup.procs", F_OK) == 0)
        CHECK_FALSE(Cgroups::find().has_value());
}

TEST_CASE("a role in a cgroup is killed as a whole, and its cgroup is removed") {
    const OwnCgroup own;
    if (own.path.empty()) {
        MESSAGE("no cgroup v2 tree can be written to here");
        return;
    }
    ::setenv("LAYER_CAKE_CGROUP", own.path.c_str(), 1);
    const auto cgroups = Cgroups::find();
    ::unsetenv("LAYER_CAKE_CGROUP");
    REQUIRE(cgroups.has_value());
    const auto procs = cgroups->make("web");
    REQUIRE_MESSAGE(procs.has_value(), procs.error().detail);
    CHECK(cgroups->make("web") == procs); // again is fine
    CHECK_FALSE(cgroups->populated("web"));

    Pipe out;
    auto plan = plan_spawn(shell("trap '' TERM; setsid sh -c 'sleep 1000 & sleep 1000' & echo up; wait"),
                           {"PATH=/usr/bin:/bin"});
    REQUIRE(plan.has_value());
    plan->cgroup = *procs;
    const auto process = spawn(*plan, out.write.get(), -1);
    REQUIRE_MESSAGE(process.has_value(), process.error().detail);
    out.write.reset();
    CHECK(read_line(out.read) == "up");
    CHECK(cgroups->populated("web"));
    CHECK_FALSE(cgroups->remove("web"));
    CHECK(cgroups->kill("web"));
    CHECK(wait_for_end(*process).code == SIGKILL);
    CHECK(read_to_end(out.read).empty());
    cgroups->clear(::getpid());
    while (cgroups->populated("web")) {
    } // the kernel's own bookkeeping lags the last exit by a moment
    cgroups->clear(::getpid());
    CHECK(::access(cgroups->folder().c_str(), F_OK) != 0);
    CHECK_FALSE(cgroups->kill("web"));
    CHECK(cgroups->remove("web"));
}
