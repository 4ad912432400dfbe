#include <doctest/doctest.h>
#include <layer_cake/type/address.hpp>
#include <layer_cake/type/uuid.hpp>
#include <set>

using namespace layer_cake::type;

TEST_CASE("an address is read from the right") {
    static_assert(sizeof(Address) == 16);
    const Address nobody;
    CHECK_FALSE(nobody);
    CHECK(nobody.list() == std::vector<std::int64_t>{0});
    const Address local(19);
    CHECK(local);
    CHECK(local.is_local());
    const auto far = local.through(20);
    CHECK(far.id() == 20);
    CHECK(far.list() == std::vector<std::int64_t>{19, 20});
    CHECK(far.at_far_end() == local);
    CHECK(local.at_far_end() == nobody);
    CHECK(Address{16, 21, 22}.at_far_end() == Address{16, 21});
    CHECK(Address{16, 21, 22}.size() == 3);
    CHECK(Address(std::span<const std::int64_t>()) == nobody);
}

TEST_CASE("addresses copy, compare and order by their numbers") {
    const Address a{19, 20};
    Address b = a;
    CHECK(a == b);
    b = Address{19, 20};
    CHECK(a == b);
    CHECK(a != Address{18, 20});
    CHECK(a != Address(20));
    const std::set<Address> all{Address(1), a, b, Address{18, 20}, Address(20)};
    CHECK(all.size() == 4);
}

TEST_CASE("a uuid reads in every customary form") {
    const auto uuid = parse_uuid("00112233-4455-6677-8899-aabbccddeeff");
    REQUIRE(uuid);
    CHECK(format_uuid(*uuid) == "00112233-4455-6677-8899-aabbccddeeff");
    CHECK(parse_uuid("00112233445566778899AABBCCDDEEFF") == uuid);
    CHECK(parse_uuid("{00112233-4455-6677-8899-aabbccddeeff}") == uuid);
    CHECK(parse_uuid("urn:uuid:00112233-4455-6677-8899-aabbccddeeff") == uuid);
    for (const auto* wrong : {"", "0", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeeff0",
                              "00112233-4455-6677-8899-aabbccddeegg", "{}", "urn:uuid:"})
        CHECK_FALSE(parse_uuid(wrong));
}

TEST_CASE("made uuids differ and say they are random ones") {
    std::set<Uuid> all;
    for (int at = 0; at < 1000; ++at) {
        const auto uuid = Uuid::make();
        CHECK((uuid.bytes[6] >> 4) == 4);
        CHECK((uuid.bytes[8] >> 6) == 2);
        all.insert(uuid);
    }
    CHECK(all.size() == 1000);
}
