#include <layer_cake/net/crossing.hpp>

namespace layer_cake::net {
namespace {

Numbers numbers_of(const type::Address& address) {
    if (address.is_local()) return {address.id()};
    Numbers numbers;
    if (address.size() > Numbers::most) return numbers;
    for (const auto number : address.list())
        numbers.push(number);
    return numbers;
}

} // namespace

Numbers to_wire(const type::Address& address, const Crossing& crossing) {
    auto numbers = numbers_of(address);
    if (numbers.empty() || numbers.back() != crossing.proxy) return numbers;
    numbers.drop_last();
    numbers.push(0);
    return numbers;
}

type::Address from_wire(std::span<const std::int64_t> numbers, const Crossing& crossing) {
    if (!comes_home(numbers)) return type::Address(numbers).through(crossing.proxy);
    const auto home = numbers.first(numbers.size() - 1);
    return home.empty() ? crossing.target : type::Address(home);
}

Numbers destination_to_wire(const type::Address& at_far_end, const Crossing& crossing) {
    if (!at_far_end) return {crossing.proxy};
    auto numbers = numbers_of(at_far_end);
    if (!numbers.empty() && !numbers.push(crossing.proxy)) numbers.clear();
    return numbers;
}

type::Address destination_from_wire(std::span<const std::int64_t> numbers, const Crossing& crossing) {
    if (numbers.size() < 2) return crossing.target;
    return type::Address(numbers.first(numbers.size() - 1));
}

} // namespace layer_cake::net
