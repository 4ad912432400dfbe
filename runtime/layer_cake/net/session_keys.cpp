#include <fmt/format.h>
#include <layer_cake/core/file.hpp>
#include <layer_cake/net/session_keys.hpp>
#include <sodium.h>
#include <sys/stat.h>

namespace layer_cake::net {

static_assert(sizeof(Key) == crypto_box_PUBLICKEYBYTES && sizeof(Key) == crypto_box_SECRETKEYBYTES);

std::optional<Key> parse_key(std::string_view text) {
    Key key;
    std::size_t size = 0;
    const int read = sodium_hex2bin(key.data(), key.size(), text.data(), text.size(), nullptr, &size, nullptr);
    if (read != 0 || size != key.size() || text.size() != 2 * key.size()) return std::nullopt;
    return key;
}

std::string key_text(const Key& key) {
    std::string text(2 * key.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), key.data(), key.size());
    text.pop_back();
    return text;
}

Key public_key(const Key& secret) {
    Key key;
    crypto_scalarmult_base(key.data(), secret.data());
    return key;
}

Result<Key> keep_key(const std::filesystem::path& file) {
    const auto what = fmt::format("key file \"{}\"", file.string());
    auto text = read_file(file, 1'000);
    if (!text && text.error().fault == Fault::missing) {
        Key key, own;
        if (sodium_init() < 0) return fail(Fault::failed, "no random numbers for a key");
        crypto_box_keypair(key.data(), own.data());
        if (auto written = replace_file(file, key_text(own) + '\n'); !written) return fail(std::move(written).error());
        return own;
    }
    if (!text) return fail(std::move(text).error());
    struct stat facts {};
    if (::stat(file.c_str(), &facts) == 0 && (facts.st_mode & 077) != 0)
        return fail(Fault::failed, what + " can be read by others than its owner");
    if (text->ends_with('\n')) text->pop_back();
    const auto key = parse_key(*text);
    if (!key) return fail(Fault::failed, what + " holds no key, which is 64 hexadecimal digits");
    return *key;
}

} // namespace layer_cake::net
