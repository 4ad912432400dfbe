#include <layer_cake/object/machine.hpp>
#include <layer_cake/object/shard.hpp>
#include <layer_cake/pool/internal.hpp>
#include <layer_cake/pool/pool_status.hpp>
#include <layer_cake/pool/spool.hpp>
#include <map>

/// What pools tell of themselves, from outside of their threads.
namespace layer_cake::pool {
namespace {

codec::Value report(object::Runtime& runtime) {
    std::map<std::string, int> alike;
    codec::Array all;
    for (const auto& status : statuses(runtime)) {
        PoolStatus pool;
        pool.name = status.worker.empty() ? "pool" : status.worker;
        if (const int before = alike[pool.name]++; before != 0) pool.name += '-' + std::to_string(before + 1);
        pool.figures = status.figures;
        pool.size_of_queue = status.size_of_queue;
        all.push_back(to_json(pool));
    }
    return all;
}

} // namespace

void Spool::on(object::Object& self, const Report& report) {
    const std::lock_guard guard(report.sheets->mutex);
    report.sheets->statuses.push_back({self.address(), worker_name_, settings_.placement,
                                       rules(settings_).size_of_queue, admission_.figures(self.now())});
    report.sheets->changed.notify_all();
}

void Spool::offer_report(object::Object& self) {
    self.shard().runtime().offer("pools", report);
}

std::vector<Status> statuses(object::Runtime& runtime, Duration patience) {
    const auto sheets = std::make_shared<Report::Sheets>();
    const auto& name = object::machine_profile<Spool>().name;
    std::size_t asked = 0;
    for (const auto& alive : runtime.alive(patience))
        if (alive.name == name && !alive.stuck) {
            runtime.send(Report{sheets}, alive.object);
            ++asked;
        }
    std::unique_lock lock(sheets->mutex);
    sheets->changed.wait_for(lock, patience, [&] { return sheets->statuses.size() >= asked; });
    return sheets->statuses;
}

} // namespace layer_cake::pool
