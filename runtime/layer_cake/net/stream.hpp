#pragma once

#include <layer_cake/codec/text_buffer.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace layer_cake::net {

/// A connected socket on a loop: bytes in, a buffer of bytes out. Belongs to the loop's thread.
class Stream {
public:
    /// Who reads it.
    class User {
    public:
        /// Takes what it can use from the front of all that is there, and says how much that was; the rest comes again,
        /// with more behind it. May close the stream.
        virtual std::size_t received(std::string_view bytes) = 0;
        /// Whether more is to be read now. A user that said no calls go_on() later.
        virtual bool takes_more() const = 0;
        /// No more will come. `error` is errno's number; 0: the far side has closed.
        virtual void ended(int error) = 0;
        /// Some of the output has been sent after it could not be at once.
        virtual void sent_some() = 0;

    protected:
        ~User() = default;
    };

    Stream(Loop& loop, Fd connected, User& user);
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    void start();
    /// Reads what came meanwhile.
    void go_on() {
        if (fd_) read();
    }
    /// What is appended is sent by the next flush().
    codec::TextBuffer& out() { return out_; }
    /// Sends what the socket takes now; the rest when it takes more.
    void flush();
    std::size_t unsent() const { return out_.size() - sent_; }
    std::uint64_t sent() const { return sent_before_ + sent_; } ///< bytes, since the beginning
    /// No more output: the far side sees the end after all that was sent. What comes in is still read.
    void finish_sending();
    void close();
    bool open() const { return static_cast<bool>(fd_); }
    int fd() const { return fd_.get(); }

private:
    void watch();
    void on_ready(int events);
    void read();
    bool read_once();

    Fd fd_;
    User& user_;
    std::optional<Poll> poll_; ///< ends before the descriptor does: its number is soon somebody else's
    codec::TextBuffer out_;
    std::size_t sent_ = 0; ///< of `out_`
    std::uint64_t sent_before_ = 0;
    std::string rest_; ///< the beginning of a frame
    int watched_ = 0;
    bool broken_ = false; ///< nothing can be sent any more; what came before the end is still read
};

} // namespace layer_cake::net
