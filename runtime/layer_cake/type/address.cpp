#include <algorithm>
#include <layer_cake/type/address.hpp>

namespace layer_cake::type {

struct Address::Rest {
    std::atomic<int> holders{1};
    std::vector<std::int64_t> numbers; // never empty
};

Address::Address(std::span<const std::int64_t> numbers) {
    if (numbers.empty()) return;
    id_ = numbers.back();
    if (numbers.size() == 1) return;
    rest_ = new Rest;
    rest_->numbers.assign(numbers.begin(), numbers.end() - 1);
}

void Address::share() const {
    if (rest_) rest_->holders.fetch_add(1, std::memory_order_relaxed);
}

void Address::release() {
    if (rest_->holders.fetch_sub(1, std::memory_order_acq_rel) == 1) delete rest_;
}

std::size_t Address::size() const {
    return rest_ ? rest_->numbers.size() + 1 : 1;
}

std::vector<std::int64_t> Address::list() const {
    std::vector<std::int64_t> numbers;
    numbers.reserve(size());
    if (rest_) numbers = rest_->numbers;
    numbers.push_back(id_);
    return numbers;
}

Address Address::at_far_end() const {
    return rest_ ? Address(std::span<const std::int64_t>(rest_->numbers)) : Address();
}

Address Address::through(std::int64_t proxy) const {
    auto numbers = list();
    numbers.push_back(proxy);
    return Address(std::span<const std::int64_t>(numbers));
}

std::strong_ordering operator<=>(const Address& a, const Address& b) {
    if (const auto order = a.id_ <=> b.id_; order != 0) return order;
    if (a.rest_ == b.rest_) return std::strong_ordering::equal;
    if (!a.rest_ || !b.rest_) return a.rest_ ? std::strong_ordering::greater : std::strong_ordering::less;
    return a.rest_->numbers <=> b.rest_->numbers;
}

} // namespace layer_cake::type
