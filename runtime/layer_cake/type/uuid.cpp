#include <algorithm>
#include <cerrno>
#include <layer_cake/type/uuid.hpp>
#include <random>
#include <sys/random.h>

namespace layer_cake::type {
namespace {

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Random bytes, fetched from the system a hundred ids at a time.
struct Reserve {
    std::array<std::uint8_t, 1600> bytes;
    std::size_t used = sizeof(bytes);

    void refill() {
        used = 0;
        std::size_t have = 0;
        while (have < bytes.size()) {
            const auto got = getrandom(bytes.data() + have, bytes.size() - have, 0);
            if (got > 0)
                have += static_cast<std::size_t>(got);
            else if (errno != EINTR)
                break;
        }
        std::random_device device; // where the system call is forbidden
        for (; have < bytes.size(); ++have)
            bytes[have] = static_cast<std::uint8_t>(device());
    }
};

} // namespace

Uuid Uuid::make() {
    static thread_local Reserve reserve;
    Uuid uuid;
    if (reserve.used == reserve.bytes.size()) reserve.refill();
    std::copy_n(reserve.bytes.begin() + static_cast<std::ptrdiff_t>(reserve.used), uuid.bytes.size(),
                uuid.bytes.begin());
    reserve.used += uuid.bytes.size();
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x40);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
    return uuid;
}

std::string format_uuid(const Uuid& uuid) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t at = 0; at < uuid.bytes.size(); ++at) {
        if (at == 4 || at == 6 || at == 8 || at == 10) text += '-';
        text += digits[uuid.bytes[at] >> 4];
        text += digits[uuid.bytes[at] & 15];
    }
    return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
    if (text.starts_with("urn:uuid:")) text.remove_prefix(9);
    if (text.size() > 2 && text.front() == '{' && text.back() == '}') text = text.substr(1, text.size() - 2);
    Uuid uuid;
    std::size_t count = 0;
    for (const char c : text) {
        if (c == '-') continue;
        const int value = digit(c);
        if (value < 0 || count == 32) return {};
        auto& byte = uuid.bytes[count / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | value);
        ++count;
    }
    if (count != 32) return {};
    return uuid;
}

} // namespace layer_cake::type
