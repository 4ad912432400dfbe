#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/realm/nkey.hpp>
#include <sodium.h>

namespace layer_cake::realm {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr unsigned seed_of = 18u << 3, user = 20u << 3; ///< 5 bits each, so that they show as S and U
constexpr std::size_t key_size = crypto_sign_SEEDBYTES, sum_size = 2;

std::string in_base32(std::string_view bytes) {
    std::string text;
    unsigned held = 0, bits = 0;
    for (const unsigned char byte : bytes) {
        held = held << 8 | byte;
        for (bits += 8; bits >= 5; bits -= 5)
            text += letters[held >> (bits - 5) & 31];
    }
    if (bits) text += letters[held << (5 - bits) & 31];
    return text;
}

std::string of_base32(std::string_view text) {
    std::string bytes;
    unsigned held = 0, bits = 0;
    for (const char letter : text) {
        const auto number = letters.find(letter);
        if (number == std::string_view::npos) return {};
        held = held << 5 | static_cast<unsigned>(number);
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(held >> bits & 255);
    }
    return bytes;
}

/// CRC-16/XMODEM, low byte first.
std::string with_sum(std::string bytes) {
    std::uint16_t sum = 0;
    for (const unsigned char byte : bytes) {
        sum = static_cast<std::uint16_t>(sum ^ byte << 8);
        for (int i = 0; i < 8; ++i)
            sum = static_cast<std::uint16_t>(sum & 0x8000 ? sum << 1 ^ 0x1021 : sum << 1);
    }
    bytes += static_cast<char>(sum & 255);
    bytes += static_cast<char>(sum >> 8);
    return bytes;
}

} // namespace

Result<std::string> nkey_of_seed(std::string_view seed) {
    auto bytes = of_base32(seed);
    const bool is_whole = bytes.size() == 2 + key_size + sum_size && with_sum(bytes.substr(0, 2 + key_size)) == bytes;
    if (!is_whole) return fail(Fault::invalid, "that is no nkey seed, such as SUA...");
    const auto first = static_cast<unsigned char>(bytes[0]), second = static_cast<unsigned char>(bytes[1]);
    if ((first & 0xf8u) != seed_of || ((first & 7u) << 5 | second >> 3) != user)
        return fail(Fault::invalid, "that is no seed of a user's nkey: those begin with SU");
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> open{};
    std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
    ::crypto_sign_seed_keypair(open.data(), secret.data(), reinterpret_cast<const unsigned char*>(&bytes[2]));
    ::sodium_memzero(secret.data(), secret.size());
    ::sodium_memzero(bytes.data(), bytes.size());
    std::string key(1, static_cast<char>(user));
    key.append(reinterpret_cast<const char*>(open.data()), open.size());
    return in_base32(with_sum(std::move(key)));
}

Result<std::string> nkey_of_file(const std::string& path) {
    auto text = read_file(path, 64u << 10);
    if (!text) return fail(std::move(text).error());
    for (auto& line : split(*text, '\n')) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
            line.pop_back();
        if (line.starts_with("SU")) return nkey_of_seed(line);
    }
    return fail(Fault::invalid, fmt::format("\"{}\" has no seed of a user's nkey", path));
}

std::string make_nkey_seed() {
    [[maybe_unused]] static const int ready = sodium_init();
    std::array<unsigned char, key_size> seed{};
    ::randombytes_buf(seed.data(), seed.size());
    std::string bytes{static_cast<char>(seed_of | user >> 5), static_cast<char>((user & 31u) << 3)};
    bytes.append(reinterpret_cast<const char*>(seed.data()), seed.size());
    ::sodium_memzero(seed.data(), seed.size());
    return in_base32(with_sum(std::move(bytes)));
}

} // namespace layer_cake::realm
