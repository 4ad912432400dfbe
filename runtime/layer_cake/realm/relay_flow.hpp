#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace layer_cake::realm {

/// The numbers of one relayed session at one of its ends: each message has one, so that a lost one shows; and bytes
/// are sent only as far as the other end has said that it has room. Pure.
class RelayFlow {
public:
    /// @param window  bytes that this end takes before it has passed any on
    explicit RelayFlow(std::size_t window) : window_(window), granted_(window) {}

    // What is sent.
    std::uint64_t next_number() { return out_++; }
    /// The other end takes so many bytes in all. It never takes back what it said.
    void far_end_takes(std::uint64_t bytes) {
        if (bytes > far_granted_) far_granted_ = bytes;
    }
    std::size_t room() const { return static_cast<std::size_t>(far_granted_ - sent_); }
    void sent(std::size_t bytes) { sent_ += bytes; }

    // What comes in.
    enum class Arrival {
        next,  ///< the one that is due
        again, ///< was there already
        gap,   ///< one before it was lost
    };
    Arrival arrived(std::uint64_t number) {
        if (number < in_) return Arrival::again;
        if (number > in_) return Arrival::gap;
        ++in_;
        return Arrival::next;
    }
    /// False when that is more than it may send.
    bool received(std::size_t bytes) { return (received_ += bytes) <= granted_; }
    void passed_on(std::size_t bytes) { passed_on_ += bytes; }
    /// What the other end is to be told that this one takes: when half a window has been passed on.
    std::optional<std::uint64_t> grant() {
        if (passed_on_ + window_ < granted_ + window_ / 2) return std::nullopt;
        return granted_ = passed_on_ + window_;
    }
    std::uint64_t granted() const { return granted_; }

private:
    std::size_t window_;
    std::uint64_t out_ = 0, in_ = 0;
    std::uint64_t far_granted_ = 0, sent_ = 0;
    std::uint64_t granted_, received_ = 0, passed_on_ = 0;
};

} // namespace layer_cake::realm
