#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <layer_cake/home/log_chunk.hpp>

namespace layer_cake::home {

static_assert(std::endian::native == std::endian::little, "the index is written as it lies in memory");

std::uint32_t log_checksum(std::string_view bytes) {
    std::uint64_t sum = 0x9e3779b97f4a7c15u ^ bytes.size();
    while (!bytes.empty()) {
        std::uint64_t word = 0;
        const auto size = std::min<std::size_t>(bytes.size(), sizeof word);
        std::memcpy(&word, bytes.data(), size);
        bytes.remove_prefix(size);
        sum = (sum ^ word) * 0xff51afd7ed558ccdu;
        sum ^= sum >> 32;
    }
    return static_cast<std::uint32_t>(sum ^ (sum >> 29));
}

namespace {

std::uint32_t checksum(const Chunk& chunk) {
    return log_checksum({reinterpret_cast<const char*>(&chunk), offsetof(Chunk, check)});
}

} // namespace

void Chunk::seal() {
    check = checksum(*this);
}

bool Chunk::intact() const {
    if (check != checksum(*this)) return false;
    switch (kind) {
    case Kind::data:
        return stream == Stream::out || stream == Stream::err;
    case Kind::gap:
        return stream == Stream::out || stream == Stream::err;
    case Kind::note:
        return stream == Stream::note && length <= note_limit;
    }
    return false;
}

} // namespace layer_cake::home
