#pragma once

#include <cstddef>
#include <string_view>

namespace layer_cake::net {

/// Finds where the head of a request ends, and holds it to the letter of RFC 9112 on the way.
///
/// Refused here, before llhttp sees any of it: a line ended by a bare LF, a
/// bare CR, a folded header, a space before the colon, a header without a name,
/// control characters, and anything longer than the limit. What two readers
/// could take for different messages is refused, never repaired.
class HeadScan {
public:
    enum class Step { more, done, refused };

    /// @param limit  bytes of a whole head; the request line may take half of it
    explicit HeadScan(std::size_t limit) : limit_(limit) {}

    /// Reads on. `used` is how many of `bytes` belong to the head (all of them unless done).
    Step scan(std::string_view bytes, std::size_t& used);

    bool begun() const { return size_ > 0; } ///< a byte has come
    int status() const { return status_; }   ///< of the answer, when refused
    const char* reason() const { return reason_; }

private:
    enum class At { before, before_lf, method, request_line, request_line_lf, line, name, value, value_lf, last_lf };

    Step refuse(int status, const char* reason);
    Step next(unsigned char byte);

    std::size_t limit_;
    std::size_t size_ = 0;
    std::size_t line_size_ = 0;
    At at_ = At::before;
    bool space_ = false; ///< the byte before was one
    int status_ = 0;
    const char* reason_ = "";
};

} // namespace layer_cake::net
