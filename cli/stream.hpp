#pragma once

#include <array>
#include <cstddef>
#include <streambuf>

namespace layer_cake::cli {

/// The buffer of an output stream over a file descriptor it does not own.
///
/// Writes when 16 KiB are full, when flushed, and - when `by_line` - after each
/// newline. A failed write is final: later bytes are dropped and `failure()` says why.
class FdBuffer final : public std::streambuf {
public:
    struct Rules {
        bool by_line = false;         ///< for people: a terminal, or stderr
        bool dies_of_sigpipe = false; ///< ends the process by SIGPIPE when the reader is gone, as other commands do
    };

    FdBuffer(int fd, Rules rules);
    ~FdBuffer() override;

    int failure() const { return failure_; } ///< errno of the write that failed, or 0

protected:
    int_type overflow(int_type byte) override;
    std::streamsize xsputn(const char* bytes, std::streamsize count) override;
    int sync() override;

private:
    bool drain();
    bool write_all(const char* bytes, std::size_t count);

    int fd_;
    Rules rules_;
    int failure_ = 0;
    std::array<char, std::size_t{16} << 10> buffer_;
};

} // namespace layer_cake::cli
