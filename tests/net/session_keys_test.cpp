#include <doctest/doctest.h>
#include <fstream>
#include <layer_cake/layer_cake.hpp>
#include <layer_cake/net/session_keys.hpp>
#include <sys/stat.h>

namespace lc = layer_cake;
using namespace lc::net;
using namespace std::chrono_literals;

TEST_CASE("a key is 64 hexadecimal digits") {
    const auto key = parse_key("000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F");
    REQUIRE(key);
    CHECK((*key)[31] == 31);
    CHECK(parse_key(key_text(*key)) == key);
    for (const auto* text : {"", "00", "xx0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                             "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00"})
        CHECK_FALSE(parse_key(text));
}

TEST_CASE("a key is kept in a file, which nobody else may read") {
    char folder[] = "/tmp/session-keys-XXXXXX";
    REQUIRE(::mkdtemp(folder));
    const std::filesystem::path file = std::string(folder) + "/key";
    const auto made = keep_key(file);
    REQUIRE(made);
    CHECK(*keep_key(file) == *made);
    struct stat facts {};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    ::chmod(file.c_str(), 0640);
    CHECK_FALSE(keep_key(file));
    ::chmod(file.c_str(), 0600);
    std::ofstream(file) << "nothing";
    CHECK_FALSE(keep_key(file));
    std::filesystem::remove_all(folder);
}

TEST_CASE("a far side is who has the pinned key, and nobody else") {
    const Key own{7};
    Key other = public_key(own);
    other[0] ^= 1;
    lc::Runtime runtime;
    runtime.run([&](lc::Self& self) -> lc::Any {
        const auto kept = std::make_shared<SessionKeys>(SessionKeys{own, {}});
        auto listening = lc::listen(self, {"127.0.0.1", 0}, {.encrypted = true, .keys = kept});
        REQUIRE(listening);
        const auto at = listening->listening_ipp;
        for (const bool right : {true, false}) {
            const auto pinned = std::make_shared<SessionKeys>(SessionKeys{{}, right ? public_key(own) : other});
            for (int i = 0; i < 2; ++i) { // the key stays, what is made of it does not
                const auto client = self.create([&, pinned](lc::Self& self) -> lc::Any {
                    lc::connect(self, at, {.encrypted = true, .keys = pinned});
                    auto m = self.select<lc::Connected, lc::NotConnected>(5s);
                    if (!right) CHECK(m.is<lc::NotConnected>());
                    if (auto* connected = m.get<lc::Connected>()) {
                        CHECK(right);
                        self.send(lc::Ping{}, connected->proxy_address);
                        self.select<lc::Ping>(5s);
                    }
                    return {};
                });
                if (right) {
                    CHECK(self.select<lc::Ping>(5s).is<lc::Ping>());
                    self.reply(lc::Ping{});
                }
                self.select<lc::Returned>(5s);
                (void)client;
            }
        }
        return {};
    });
}
