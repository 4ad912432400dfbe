#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/realm/key.hpp>
#include <sodium.h>
#include <sys/stat.h>

namespace layer_cake::realm {
namespace {

static_assert(RealmKey::signature_size == crypto_sign_BYTES && crypto_sign_SEEDBYTES == 32);

constexpr std::string_view head = "layer-cake realm key 1\n";

void prepare() {
    [[maybe_unused]] static const int ready = sodium_init();
}

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

template <std::size_t size>
std::string hex_of(const std::array<unsigned char, size>& all) {
    std::string text(size * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), all.data(), size);
    text.pop_back();
    return text;
}

} // namespace

RealmKey::RealmKey(const std::array<unsigned char, 32>& seed) : seed_(seed) {
    prepare();
    crypto_sign_seed_keypair(public_.data(), secret_.data(), seed_.data());
}

RealmKey::~RealmKey() {
    sodium_memzero(seed_.data(), seed_.size());
    sodium_memzero(secret_.data(), secret_.size());
}

RealmKey RealmKey::generate() {
    prepare();
    std::array<unsigned char, 32> seed;
    randombytes_buf(seed.data(), seed.size());
    return RealmKey(seed);
}

Result<RealmKey> RealmKey::read(const std::filesystem::path& file) {
    struct ::stat about {};
    if (::stat(file.c_str(), &about) != 0)
        return fail(system_error(fmt::format("cannot read the realm key \"{}\"", file.string()), errno));
    if ((about.st_mode & 077) != 0)
        return fail(Fault::invalid, fmt::format("\"{}\": others may read it ({:04o}); chmod 600 it", file.string(),
                                                about.st_mode & 07777));
    auto text = read_file(file, 4'096);
    if (!text) return fail(std::move(text).error());
    std::string_view digits = *text;
    const bool is_one = digits.starts_with(head);
    if (is_one) digits.remove_prefix(head.size());
    if (digits.ends_with('\n')) digits.remove_suffix(1);
    std::array<unsigned char, 32> seed;
    std::size_t size = 0;
    const char* end = nullptr;
    if (!is_one || digits.size() != 64 ||
        sodium_hex2bin(seed.data(), seed.size(), digits.data(), digits.size(), nullptr, &size, &end) != 0 ||
        size != seed.size() || end != digits.data() + digits.size())
        return fail(Fault::invalid,
                    fmt::format("\"{}\": it is no realm key; layer-cake realm keygen makes one", file.string()));
    RealmKey key(seed);
    sodium_memzero(seed.data(), seed.size());
    sodium_memzero(text->data(), text->size());
    return key;
}

Result<void> RealmKey::write(const std::filesystem::path& file) const {
    const Fd made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!made && errno == EEXIST)
        return fail(Fault::busy, fmt::format("\"{}\" is there already; it is not overwritten", file.string()));
    auto text = std::string(head) + hex_of(seed_) + '\n';
    const bool is_there = made && ::fchmod(made.get(), 0600) == 0 &&
                          ::write(made.get(), text.data(), text.size()) == static_cast<::ssize_t>(text.size()) &&
                          ::fsync(made.get()) == 0;
    const int why = errno;
    sodium_memzero(text.data(), text.size());
    if (is_there) return ok();
    if (made) ::unlink(file.c_str());
    return fail(system_error(fmt::format("cannot write the realm key \"{}\"", file.string()), why));
}

RealmKey::Signature RealmKey::sign(std::string_view text) const {
    Signature signature;
    crypto_sign_detached(signature.data(), nullptr, bytes(text), text.size(), secret_.data());
    return signature;
}

bool RealmKey::verify(std::string_view text, std::string_view signature) const {
    return signature.size() == signature_size &&
           crypto_sign_verify_detached(bytes(signature), bytes(text), text.size(), public_.data()) == 0;
}

std::string RealmKey::fingerprint() const {
    return hex_of(public_);
}

} // namespace layer_cake::realm
