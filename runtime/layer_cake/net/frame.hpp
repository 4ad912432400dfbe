#pragma once

#include <cstddef>
#include <layer_cake/codec/text_buffer.hpp>
#include <string_view>

/// The cutting of a stream into frames (layer-cake-protocol(7)): `66,69,147\n`, then as many bytes as the third number
/// says, then `\n`. The first two are the sizes of header and body; the rest is the address book.
namespace layer_cake::net {

/// One frame's parts, where they lie in the stream.
struct Frame {
    std::string_view header, body, book;
};

struct FrameSizes {
    static constexpr std::size_t most = 1u << 20; ///< of the third number
    static constexpr std::size_t longest_line = 23;

    std::size_t line = 0; ///< of the line itself, its end included
    std::size_t header = 0, body = 0, total = 0;

    std::size_t frame() const { return line + total + 1; } ///< from the line's first byte to the end
};

enum class Cut {
    whole,
    more,  ///< of the stream is needed; what there is, is right so far
    broken ///< no frame begins like this; the problem says why
};

/// Reads the line of sizes at the front of `bytes`.
Cut read_sizes(std::string_view bytes, FrameSizes& sizes, const char*& problem);

/// Checks that a frame with those sizes, whole at the front of `bytes`, ends as it has to.
bool ends_well(std::string_view bytes, const FrameSizes& sizes);

/// The parts of a frame's content, which is the third number of bytes after the line, or what they hold decrypted.
/// Sizes that do not fit are refused.
bool cut_content(std::string_view content, const FrameSizes& sizes, Frame& frame);

/// Builds frames in a buffer, each in its place: the line of sizes goes in front when they are known.
class FrameBuilder {
public:
    explicit FrameBuilder(codec::TextBuffer& out) : out_(out) {}

    /// @param before  bytes to leave free between the line and the header
    void begin(std::size_t before = 0);
    void end_header() { header_ = out_.size(); }
    void end_body() { body_ = out_.size(); }
    /// The sizes so far: of header, body, and all three parts.
    FrameSizes sizes() const;
    /// Where the header starts. Valid until the buffer grows.
    char* content() { return const_cast<char*>(out_.data()) + start_; }
    std::size_t content_size() const { return out_.size() - start_; }
    /// Writes line and end. False when the frame is too large: then it is taken back.
    bool end();
    /// Takes back what was written since begin().
    void take_back() { out_.cut(begin_); }

private:
    codec::TextBuffer& out_;
    std::size_t begin_ = 0, start_ = 0, before_ = 0, header_ = 0, body_ = 0;
    std::size_t gap_ = 10; ///< as long as the last line was: the next one is likely to fit
};

} // namespace layer_cake::net
