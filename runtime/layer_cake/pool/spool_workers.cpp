#include <algorithm>
#include <exception>
#include <layer_cake/directory/publish.hpp>
#include <layer_cake/object/shard.hpp>
#include <layer_cake/pool/spool.hpp>
#include <thread>

/// The workers of a pool, and its end.
namespace layer_cake::pool {
namespace {

std::string role_of(std::string name, std::size_t number) {
    constexpr std::string_view mark = "{i}";
    if (const auto at = name.find(mark); at != std::string::npos) name.replace(at, mark.size(), std::to_string(number));
    return name;
}

/// Where the worker of that number runs.
Result<object::Place> place_for(const PoolSettings& settings, std::size_t number) {
    switch (settings.placement) {
    case Placement::thread:
        return object::own_thread();
    case Placement::fiber: {
        const auto threads = std::max(1u, std::thread::hardware_concurrency());
        return object::on_thread("pool-" + std::to_string(number % threads + 1));
    }
    case Placement::process: {
        auto place = object::own_process();
        if (settings.role_name) place.role = role_of(*settings.role_name, number);
        return place;
    }
    case Placement::host:
        break;
    }
    return fail(Fault::invalid, "no such placement");
}

} // namespace

void Spool::on(object::Object& self, type::Start) {
    self_ = &self;
    offer_report(self);
    if (auto wrong = unexpected(settings_)) return self.complete(std::move(*wrong));
    if (settings_.placement == Placement::host) {
        auto search = settings_.search.value_or(worker_name_.empty() ? "" : worker_search(worker_name_));
        return directory::subscribe(self, std::move(search), settings_.scope);
    }
    if (!make_) return;
    if (const auto place = place_for(settings_, 0); !place)
        return self.complete(type::Faulted{"unexpected parameters", place.error().detail, {}, {}});
    for (std::int64_t i = 0; i < settings_.count; ++i)
        if (!add_worker()) return self.complete(type::Faulted{"cannot create worker", worker_name_, {}, {}});
}

bool Spool::add_worker() {
    const auto place = place_for(settings_, made_);
    if (!place || given_up_.size() >= static_cast<std::size_t>(settings_.count)) return false;
    try {
        join(make_(*self_, *place), true);
    } catch (const std::exception&) { // too many threads, or what the worker's constructor throws
        return false;
    }
    ++made_;
    return true;
}

void Spool::join(const type::Address& address, bool made) {
    const auto worker = admission_.joined(self_->now(), made);
    if (worker.slot >= workers_.size()) workers_.resize(worker.slot + 1);
    workers_[worker.slot] = {address, made};
    by_address_[address] = worker;
}

void Spool::forget(Admission::Worker worker) {
    by_address_.erase(workers_[worker.slot].address);
    admission_.left(worker, self_->now());
}

void Spool::on(object::Object&, const JoinSpool& join) {
    if (stopping_ || !join.worker_address || by_address_.contains(join.worker_address)) return;
    this->join(join.worker_address, false);
    go_on(self_->now());
}

void Spool::on(object::Object& self, const LeaveSpool& leave) {
    const auto found = by_address_.find(leave.worker_address);
    if (found == by_address_.end()) return;
    const auto worker = found->second;
    auto& about = workers_[worker.slot];
    about.leaving = true;
    admission_.withdraw(worker);
    if (admission_.outstanding(worker) != 0) return;
    if (about.made) self.send(type::Stop{}, about.address);
    forget(worker);
    go_on(self_->now());
}

void Spool::on(object::Object& self, directory::NotSubscribed& refused) {
    if (!stopping_) self.complete(std::move(refused));
}

void Spool::on(object::Object&, const directory::Available& found) {
    if (stopping_ || by_address_.contains(found.publisher_address)) return;
    join(found.publisher_address, false);
    go_on(self_->now());
}

void Spool::on(object::Object&, const directory::Dropped& dropped) {
    const auto worker = by_address_.find(dropped.remote_address);
    if (worker == by_address_.end()) return;
    forget(worker->second);
    go_on(self_->now());
}

void Spool::on(object::Object& self, type::Returned&) {
    const auto& address = self.return_address();
    given_up_.erase(address.id());
    const auto found = by_address_.find(address);
    const bool left = found != by_address_.end();
    if (left) forget(found->second);
    if (stopping_) {
        if (self.working() == 0) self.complete(type::Aborted{});
    } else if (left && !settings_.stand_down) {
        stop();
    }
    go_on(self_->now());
    if (stopping_ && self.working() == 0) answer_rest();
}

void Spool::on(object::Object&, type::Stop) {
    if (!stopping_) stop();
}

/// What waits is answered at once; what the pool's own workers have they may finish.
void Spool::stop() {
    stopping_ = true;
    for (auto& request : requests_)
        if (request.used && (!request.id || !workers_[request.worker.slot].made)) tell(request, type::Aborted{});
    if (self_->abort() != 0) return;
    answer_rest();
    self_->complete(type::Aborted{});
}

void Spool::answer_rest() {
    for (auto& request : requests_)
        if (request.used) {
            tell(request, type::Aborted{});
            self_->shard().forget(request);
        }
}

} // namespace layer_cake::pool
