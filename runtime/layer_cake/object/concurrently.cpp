#include <layer_cake/object/concurrently.hpp>
#include <layer_cake/object/wait.hpp>

namespace layer_cake::object {

Concurrently& Concurrently::ask(Any message, const Address& to) {
    requests_.push_back({results_->values.size(), std::move(message), to});
    results_->values.emplace_back();
    ++results_->missing;
    return *this;
}

Concurrently& Concurrently::await(const Address& child) {
    const auto place = results_->values.size();
    results_->values.emplace_back();
    ++results_->missing;
    children_.push_back(child);
    self_.on_return(child, [results = results_, place](Object&, Any value) { fill(results, place, std::move(value)); });
    return *this;
}

void Concurrently::fill(const std::shared_ptr<Results>& results, std::size_t place, Any value) {
    if (place >= results->values.size()) return; // nobody waits any more
    if (!value) value = type::Anything{};
    results->values[place] = std::move(value);
    if (--results->missing == 0 && results->waiter) results->waiter->done(*static_cast<Self::Wait*>(results->wait));
}

std::vector<Any> Concurrently::wait(Duration patience) {
    Self::Wait wait(self_);
    wait.children = true;
    wait.until(patience);
    results_->wait = &wait;
    results_->waiter = &self_;
    const auto from = self_.from_;
    const auto deadline = self_.deadline_;
    for (auto& request : requests_)
        self_.shard().request(self_, std::move(request.message), request.to, patience,
                              [results = results_, place = request.place](Object&, Any value) {
                                  fill(results, place, std::move(value));
                              });
    requests_.clear();
    if (results_->missing == 0) wait.done = true;
    self_.leave_until_done(wait);
    self_.from_ = from;
    self_.deadline_ = deadline;
    results_->waiter = nullptr;
    auto values = std::exchange(results_->values, {});
    if (results_->missing == 0) return values;
    for (auto& value : values)
        if (!value) value = wait.stopped ? Any(type::Aborted{}) : Any(type::TimedOut{});
    for (const auto& child : children_)
        if (self_.extra_->children.contains(child.id())) self_.send(type::Stop{}, child);
    return values;
}

} // namespace layer_cake::object
