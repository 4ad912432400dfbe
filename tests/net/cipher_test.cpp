#include <cstring>
#include <doctest/doctest.h>
#include <layer_cake/net/cipher.hpp>
#include <string>
#include <vector>

using layer_cake::net::Cipher;
using layer_cake::type::Block;

namespace {

struct Pair {
    Pair() {
        REQUIRE(connecting.agree(accepting.public_key(), true));
        REQUIRE(accepting.agree(connecting.public_key(), false));
    }
    Cipher connecting, accepting;
};

std::string seal(Cipher& cipher, const std::string& text) {
    std::string sealed(Cipher::overhead, '\0');
    sealed += text;
    cipher.seal(sealed.data() + Cipher::overhead, text.size());
    return sealed;
}

bool open(Cipher& cipher, std::string sealed, const std::string& text) {
    if (!cipher.open(sealed.data(), sealed.size())) return false;
    CHECK(sealed.substr(Cipher::overhead) == text);
    return true;
}

Block from_hex(std::string_view hex) {
    Block bytes;
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    for (std::size_t at = 0; at < hex.size(); at += 2)
        bytes.push_back(static_cast<std::byte>(digit(hex[at]) * 16 + digit(hex[at + 1])));
    return bytes;
}

std::string to_hex(const Block& bytes) {
    std::string hex;
    for (const auto byte : bytes)
        for (const int shift : {4, 0})
            hex += "0123456789abcdef"[std::to_integer<int>(byte) >> shift & 15];
    return hex;
}

} // namespace

TEST_CASE("each side reads what the other sealed, and nobody sees it on the way") {
    Pair pair;
    for (const std::string text : {"", "a marker", "another marker"}) {
        const auto there = seal(pair.connecting, text), back = seal(pair.accepting, text);
        CHECK(there != back);
        if (!text.empty()) CHECK(there.find(text) == std::string::npos);
        CHECK(open(pair.accepting, there, text));
        CHECK(open(pair.connecting, back, text));
    }
}

TEST_CASE("a changed bit, a replay, a swap and a drop are refused") {
    const std::string text = "transfer 100";
    {
        Pair pair;
        const auto sealed = seal(pair.connecting, text);
        for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
            auto changed = sealed;
            changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
            CHECK_FALSE(open(pair.accepting, changed, text));
        }
        CHECK_FALSE(open(pair.accepting, sealed.substr(0, sealed.size() - 1), text));
        CHECK(open(pair.accepting, sealed, text));
        CHECK_FALSE(open(pair.accepting, sealed, text));
    }
    Pair pair;
    const auto first = seal(pair.connecting, text), second = seal(pair.connecting, text);
    CHECK_FALSE(open(pair.accepting, second, text));
    CHECK(open(pair.accepting, first, text));
    seal(pair.connecting, text);
    CHECK(open(pair.accepting, second, text));
    CHECK_FALSE(open(pair.accepting, seal(pair.connecting, text), text));
}

TEST_CASE("a frame that is sent back to its sender is not taken") {
    Pair pair;
    CHECK_FALSE(open(pair.connecting, seal(pair.connecting, "x"), "x"));
}

TEST_CASE("keys that are none") {
    Cipher cipher;
    CHECK_FALSE(cipher.agree(Block(), true));
    CHECK_FALSE(cipher.agree(Block(31), true));
    CHECK_FALSE(cipher.agree(Block(33), true));
    CHECK_FALSE(cipher.agree(Block(32), true)); // zero
    Block one(32);
    one[0] = std::byte{1};
    CHECK_FALSE(cipher.agree(one, true)); // of low order
    CHECK_FALSE(cipher.agree(cipher.public_key(), true));
}

TEST_CASE("a frame of the predecessor's, recorded with a known key") {
    std::array<unsigned char, Cipher::key_size> secret{};
    for (std::size_t i = 0; i < secret.size(); ++i)
        secret[i] = static_cast<unsigned char>(i + 1);
    Cipher cipher(secret);
    CHECK(to_hex(cipher.public_key()) == "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c");
    REQUIRE(cipher.agree(from_hex("e19e6eaf46e82e43636dd8479d6459ed8d13ca4b5741fb2f765edc6a0caa8154"), true));
    const std::string_view recorded =
        "c14c1e1b371944ffa0e92c647aad9f776efb7c2be07ae712039d0918c32b59d0f0c0a3af1ddf565c3afe32e14bcf1200"
        "ff19684fbc9e2f281e552fa827a57279f3783bf21b16b056959aeb1606293bfef61cea53ecbd02073097ad829c08eb93"
        "92408958138c01bebc79452d7eca2812f5018433c4eb0fbbb6f4be16982b2af9edd820b8d3eed3b3e94f9600fa7d6f2a"
        "9451719b1ff47cb30b2312d20144ea90700dc20c015145f187568a378dff3fc1235f8b0c277ccaeccd7d1358d264921d"
        "38988dbdcc4485a1f3bcda49d1c985d7749ee5c6d9030cf715048c17b91bafc4776e963d594ceb7e375146caf77981e9"
        "c4c9fdcc4cf0630fe207ac2b4d429ccf2321a592d663c304b734ce026bf7966bb7ea2cfe51a9cbfa8cf23945dc90";
    const auto bytes = from_hex(recorded);
    std::string sealed(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    REQUIRE(cipher.open(sealed.data(), sealed.size()));
    CHECK(
        sealed.substr(Cipher::overhead) ==
        R"({"value":{"to_address":[33,22],"return_address":[20],"tunnel":false}}{"value":["layer_cake.object_directory.LoopOpened",{"publisher_address":"9f61bb66-57bc-4edc-97f1-9729f49419d2:0"},[]]}{"value":[["9f61bb66-57bc-4edc-97f1-9729f49419d2:0",[19]]]})");
}
