#pragma once

#include <condition_variable>
#include <layer_cake/process/spawn.hpp>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace layer_cake::supervise {

/// One process to start: the arguments of `spawn`.
struct SpawnOrder {
    process::SpawnPlan plan;
    int out = -1, err = -1;
    std::vector<std::pair<int, int>> extra;
};

/// Starts several processes at once. A thread that spawns is suspended until the child's exec, so two threads keep two
/// cores at work where one would leave the other idle.
///
/// The second thread is made when first needed and lives as long as the spawner: its end is the end of the processes
/// it has started.
class Spawner {
public:
    Spawner() = default;
    ~Spawner();
    Spawner(const Spawner&) = delete;
    Spawner& operator=(const Spawner&) = delete;

    /// Starts all of them; returns when the last has been. Results in the order of `orders`.
    std::vector<Result<process::Spawned>> start(const std::vector<SpawnOrder>& orders);

private:
    struct Batch;
    void help();

    std::mutex mutex_;
    std::condition_variable changed_;
    Batch* batch_ = nullptr; ///< with mutex_: the one that wants help
    bool ending_ = false;    ///< with mutex_
    std::thread helper_;
};

} // namespace layer_cake::supervise
