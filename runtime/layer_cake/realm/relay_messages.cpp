#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <layer_cake/realm/relay_messages.hpp>
#include <sodium.h>

LAYER_CAKE_RELAY_MESSAGES(LAYER_CAKE_MADE_HERE)

namespace layer_cake::realm {
namespace {

std::array<std::uint64_t, 2> random_numbers() {
    [[maybe_unused]] static const int ready = sodium_init();
    std::array<std::uint64_t, 2> random{};
    ::randombytes_buf(random.data(), sizeof random);
    return random;
}

} // namespace

std::string number_bytes(std::uint64_t number) {
    std::string bytes(8, '\0');
    for (auto& byte : bytes) {
        byte = static_cast<char>(number & 255);
        number >>= 8;
    }
    return bytes;
}

std::optional<std::uint64_t> parse_number(std::string_view bytes) {
    if (bytes.size() != 8) return std::nullopt;
    std::uint64_t number = 0;
    for (std::size_t i = 8; i-- > 0;)
        number = number << 8 | static_cast<unsigned char>(bytes[i]);
    return number;
}

std::string relay_text(RelayMessage::Kind kind, std::uint64_t number) {
    return static_cast<char>(kind) + number_bytes(number);
}

std::optional<RelayMessage> parse_relay(std::string_view bytes) {
    if (bytes.size() < relay_head || std::string_view("oadtlex").find(bytes[0]) == std::string_view::npos)
        return std::nullopt;
    return RelayMessage{static_cast<RelayMessage::Kind>(bytes[0]), *parse_number(bytes.substr(1, 8)),
                        bytes.substr(relay_head)};
}

std::string relay_subject(const Subjects& subjects, MemberId member) {
    return fmt::format("{}relay.{}", subjects.prefix(), hex_text(member));
}

std::string new_relay_session() {
    const auto random = random_numbers();
    return hex_text(random[0]) + hex_text(random[1]);
}

std::string new_relay_greeting(MemberId member) {
    const auto random = random_numbers();
    return number_bytes(member) + number_bytes(random[0]) + number_bytes(random[1]);
}

std::optional<MemberId> greeting_member(std::string_view greeting) {
    return greeting.size() == 24 ? parse_number(greeting.substr(0, 8)) : std::nullopt;
}

bool is_relay_session(std::string_view word) {
    return word.size() == 32 && word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace layer_cake::realm
