#include <doctest/doctest.h>
#include <layer_cake/net/crossing.hpp>
#include <vector>

using namespace layer_cake::net;
using layer_cake::type::Address;

namespace {

std::vector<std::int64_t> list(const Numbers& numbers) {
    return {numbers.view().begin(), numbers.view().end()};
}
using List = std::vector<std::int64_t>;

const Crossing crossing{20, Address(16)}; // our proxy and our default target

} // namespace

TEST_CASE("an address that leaves is written as it is, or marked as coming home") {
    struct {
        Address address;
        List written;
    } const rows[] = {
        {Address(19), {19}},        {Address{19, 21}, {19, 21}},      {Address(20), {0}},
        {Address{19, 20}, {19, 0}}, {Address{8, 21, 20}, {8, 21, 0}}, {Address(), {0}},
        {Address{20, 7}, {20, 7}},
    };
    for (const auto& row : rows)
        CHECK(list(to_wire(row.address, crossing)) == row.written);
}

TEST_CASE("an address that arrives leads through the proxy, or comes home") {
    struct {
        List written;
        Address address;
    } const rows[] = {
        {{19}, Address{19, 20}},      {{0}, Address(16)},     {{19, 0}, Address(19)},
        {{8, 21, 0}, Address{8, 21}}, {{21, 0}, Address(21)}, {{22, 27}, Address{22, 27, 20}},
    };
    for (const auto& row : rows)
        CHECK(from_wire(row.written, crossing) == row.address);
}

TEST_CASE("a destination loses the sender's proxy") {
    CHECK(destination_from_wire(List{}, crossing) == Address(16));
    CHECK(destination_from_wire(List{9}, crossing) == Address(16));
    CHECK(destination_from_wire(List{19, 9}, crossing) == Address(19));
    CHECK(destination_from_wire(List{16, 25, 21}, crossing) == Address{16, 25});
    CHECK(list(destination_to_wire(Address(), crossing)) == List{20});
    CHECK(list(destination_to_wire(Address(19), crossing)) == List{19, 20});
}

TEST_CASE("what a relay was seen to do with the book, the same here") {
    // relay_scripted: into connection 20, out of connection 21 of one process.
    const Crossing in{20, Address(16)}, out{21, Address(16)};
    struct {
        List in, out;
    } const rows[] = {{{7}, {7, 20}}, {{8, 21, 0}, {8, 0}}, {{21, 0}, {0}}, {{19, 0}, {19}}};
    for (const auto& row : rows)
        CHECK(list(to_wire(from_wire(row.in, in), out)) == row.out);
}

TEST_CASE("an address of too many numbers is none") {
    Numbers longest;
    while (longest.push(1)) {
    }
    CHECK(longest.size() == Numbers::most);
    CHECK(list(to_wire(Address(longest.view()), crossing)).size() == Numbers::most);
    CHECK(to_wire(Address(longest.view()).through(7), crossing).empty());
    CHECK(destination_to_wire(Address(longest.view()), crossing).empty());
}
