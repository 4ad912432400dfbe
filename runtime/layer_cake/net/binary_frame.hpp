#pragma once

#include <layer_cake/net/frame_header.hpp>

/// The frames of our own, which only a far side sees that has shown that it reads them: it put `"layer_cake":1` in a
/// header, which any other peer reads over, or sent one of these.
///
/// Sizes, end and encryption are those of any frame. The header begins with a byte that no JSON text begins with:
///
///     1 message   the body is in the binary form of a type both sides have agreed on. Behind the first byte: flags (1:
///                 a deadline follows), how many numbers the destination has (0: the default target), how many the
///                 return address has, the type's number (4 bytes), the numbers (8 bytes each), the time left in
///                 microseconds (8 bytes). Integers are little endian. The book is empty or as ever.
///     2 hello     I read these
///     3 proposal  this type is going to be number n: n (4 bytes), schema hash (8 bytes), signature
///     4 agreed    number n: my description has the same hash, send its values in the binary form
///
/// The last three have all in the header. A type is proposed with its first message; until it is agreed on, and
/// for ever when it is not, its messages go as JSON. So do messages that are passed on to somebody else, whose
/// descriptions are not known here, and types that can hold any value, whose descriptions are not known beforehand.
namespace layer_cake::net {

enum class FrameKind : char { message = 1, hello, proposal, agreed };

inline bool is_binary(std::string_view header) {
    return !header.empty() && header[0] > 0 && header[0] <= 4;
}
inline FrameKind kind_of(std::string_view header) {
    return static_cast<FrameKind>(header[0]);
}

constexpr std::uint32_t most_types = 4096; ///< numbers a side may give; the messages of further types go as JSON

void write_binary_header(codec::TextBuffer& out, const FrameHeader& header, std::uint32_t type);
/// Fails with `invalid` when anything is cut short, left over, or not as it has to be.
Result<void> read_binary_header(std::string_view text, FrameHeader& header, std::uint32_t& type);

struct Proposal {
    std::uint32_t number = 0;
    std::uint64_t hash = 0;
    std::string_view signature;
};
void write_proposal(codec::TextBuffer& out, const Proposal& proposal);
Result<Proposal> read_proposal(std::string_view text);

void write_agreed(codec::TextBuffer& out, std::uint32_t number);
Result<std::uint32_t> read_agreed(std::string_view text);

} // namespace layer_cake::net
