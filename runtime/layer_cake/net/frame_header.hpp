#pragma once

#include <layer_cake/codec/address_book.hpp>
#include <layer_cake/codec/text_buffer.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/net/crossing.hpp>

/// Header and address book of a frame, as JSON texts.
namespace layer_cake::net {

struct FrameHeader {
    Numbers to, from;
    bool tunnel = false; ///< the body is the message, a block, as it is

    // Ours only. Others read over them:
    bool ours = false;       ///< the sender is a layer-cake of this kind: it knows the binary frames
    std::int64_t within = 0; ///< microseconds after which nobody waits for the answer any more; 0: nobody said
};

/// `{"value":{"to_address":[20],"return_address":[19],"tunnel":false}}`, `"layer_cake":1` and `"within":n` added where
/// they say something.
void write_header(codec::TextBuffer& out, const FrameHeader& header);

/// Reads it in any layout, members in any order. Fails with `invalid` when an address is missing, null, too long or no
/// list of integers, when the return address is empty, and for what is not JSON.
Result<void> read_header(std::string_view text, FrameHeader& header);

/// `{"value":[["key",[19,0]],...]}`, each address rewritten for the connection by the caller.
void write_book_entry(codec::TextBuffer& out, bool first, std::string_view key, const Numbers& numbers);
inline void begin_book(codec::TextBuffer& out) {
    out.put("{\"value\":[");
}
inline void end_book(codec::TextBuffer& out) {
    out.put("]}");
}

/// Reads a book; its addresses are as they were written, with `crossing` applied. Fails with `invalid`. One that comes
/// home is nobody's unless `known` says it is one that the far side may use.
Result<void> read_book(std::string_view text, const Crossing& crossing, codec::AddressBook& book,
                       bool (*known)(void* context, const type::Address& address), void* context);

} // namespace layer_cake::net
