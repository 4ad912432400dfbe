#include <atomic>
#include <csignal>
#include <layer_cake/supervise/spawner.hpp>
#include <system_error>

namespace layer_cake::supervise {

struct Spawner::Batch {
    const std::vector<SpawnOrder>& orders;
    std::vector<Result<process::Spawned>> results;
    std::atomic<std::size_t> next{0};
    bool helped = false; ///< with mutex_: the helper is at it

    void work() {
        for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < orders.size();) {
            const auto& order = orders[i];
            results[i] = process::spawn(order.plan, order.out, order.err, order.extra);
        }
    }
};

Spawner::~Spawner() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    if (helper_.joinable()) helper_.join();
}

std::vector<Result<process::Spawned>> Spawner::start(const std::vector<SpawnOrder>& orders) {
    Batch batch{orders, {}};
    batch.results.resize(orders.size());
    if (orders.size() > 1) {
        if (!helper_.joinable() && std::thread::hardware_concurrency() > 1) {
            sigset_t all, before; // signals are for the main thread
            ::sigfillset(&all);
            ::pthread_sigmask(SIG_SETMASK, &all, &before);
            try {
                helper_ = std::thread([this] { help(); });
            } catch (const std::system_error&) { // as many threads as there may be: without help, then
            }
            ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
        }
        const std::lock_guard lock(mutex_);
        batch_ = &batch;
        changed_.notify_all();
    }
    batch.work();
    std::unique_lock lock(mutex_);
    batch_ = nullptr;
    changed_.wait(lock, [&] { return !batch.helped; });
    return std::move(batch.results);
}

void Spawner::help() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return batch_ || ending_; });
        if (ending_) return;
        Batch& batch = *batch_;
        batch_ = nullptr;
        batch.helped = true;
        lock.unlock();
        batch.work();
        lock.lock();
        batch.helped = false;
        changed_.notify_all();
    }
}

} // namespace layer_cake::supervise
