#include <bit>
#include <cstring>
#include <layer_cake/net/binary_frame.hpp>

namespace layer_cake::net {
namespace {

static_assert(std::endian::native == std::endian::little, "the integers of binary frames are little endian");

constexpr unsigned char has_deadline = 1;

template <class T>
void put(char*& at, T value) {
    std::memcpy(at, &value, sizeof value);
    at += sizeof value;
}

template <class T>
bool take(std::string_view& text, T& value) {
    if (text.size() < sizeof value) return false;
    std::memcpy(&value, text.data(), sizeof value);
    text.remove_prefix(sizeof value);
    return true;
}

tl::unexpected<Error> wrong() {
    return fail(Fault::invalid, "a binary header that is not one");
}

} // namespace

void write_binary_header(codec::TextBuffer& out, const FrameHeader& header, std::uint32_t type) {
    char* at = out.need(16 + 8 * (header.to.size() + header.from.size()));
    put(at, FrameKind::message);
    put(at, static_cast<unsigned char>(header.within > 0 ? has_deadline : 0));
    const auto to = header.to.size() - 1; // without our proxy's number, which says nothing to the far side
    put(at, static_cast<unsigned char>(to));
    put(at, static_cast<unsigned char>(header.from.size()));
    put(at, type);
    for (std::size_t i = 0; i < to; ++i)
        put(at, header.to[i]);
    for (const auto number : header.from.view())
        put(at, number);
    if (header.within > 0) put(at, header.within);
    out.end(at);
}

Result<void> read_binary_header(std::string_view text, FrameHeader& header, std::uint32_t& type) {
    unsigned char kind = 0, flags = 0, to = 0, from = 0;
    if (!take(text, kind) || !take(text, flags) || !take(text, to) || !take(text, from) || !take(text, type))
        return wrong();
    if (flags > has_deadline || to >= Numbers::most || from == 0 || from > Numbers::most) return wrong();
    header.to.clear();
    header.from.clear();
    header.tunnel = false;
    header.ours = true;
    header.within = 0;
    std::int64_t number = 0;
    for (; to > 0; --to) {
        if (!take(text, number)) return wrong();
        header.to.push(number);
    }
    header.to.push(0); // the sender's proxy
    for (; from > 0; --from) {
        if (!take(text, number)) return wrong();
        header.from.push(number);
    }
    if (flags & has_deadline) {
        if (!take(text, header.within) || header.within <= 0) return wrong();
    }
    if (!text.empty()) return wrong();
    return ok();
}

void write_proposal(codec::TextBuffer& out, const Proposal& proposal) {
    char* at = out.need(13);
    put(at, FrameKind::proposal);
    put(at, proposal.number);
    put(at, proposal.hash);
    out.end(at);
    out.put(proposal.signature);
}

Result<Proposal> read_proposal(std::string_view text) {
    Proposal proposal;
    text.remove_prefix(1);
    if (!take(text, proposal.number) || !take(text, proposal.hash) || text.empty()) return wrong();
    proposal.signature = text;
    return proposal;
}

void write_agreed(codec::TextBuffer& out, std::uint32_t number) {
    char* at = out.need(5);
    put(at, FrameKind::agreed);
    put(at, number);
    out.end(at);
}

Result<std::uint32_t> read_agreed(std::string_view text) {
    std::uint32_t number = 0;
    text.remove_prefix(1);
    if (!take(text, number) || !text.empty()) return wrong();
    return number;
}

} // namespace layer_cake::net
