#pragma once

#include <layer_cake/codec/text_buffer.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/net/frame.hpp>
#include <layer_cake/supervise/object_messages.hpp>
#include <layer_cake/supervise/pool_worker.hpp>
#include <map>

namespace layer_cake::supervise {

/// A connected pair of stream sockets: ours, which does not block, and the one for the child.
Result<void> make_object_socket(Fd& ours, Fd& theirs);

/// A worker that is an object program: over the socket it gets a frame for each request (layer-cake-protocol(7)), from
/// an address that is the request's number, and its answers say by it which request they are for, in any order.
///
/// Broken, and to be replaced, is one that breaks the rules of frames, or closes the socket and lives on. A frame for
/// a request that is not there any more is dropped. Limits: what waits to be sent is one frame, of at most 1 MiB, for
/// each request it has; what is read ahead, one frame.
class ObjectWorker final : public PoolWorker {
public:
    ObjectWorker(Loop& loop, Fd socket, ObjectMessages messages, Events events);
    ~ObjectWorker() override;
    void take(std::shared_ptr<PoolJob> job) override;

private:
    void refuse(const std::shared_ptr<PoolJob>& job, net::HttpResponse response);
    bool put(std::uint64_t id, std::string_view body);
    void write_some();
    void read_some();
    bool take_frames();
    bool take_frame(std::string_view bytes, const net::FrameSizes& sizes);
    void closed();
    void break_off(std::string why);

    Fd socket_;
    ObjectMessages messages_;
    Events events_;
    Poll poll_;
    Timer grace_; ///< from the end of the session to that of the process
    std::shared_ptr<bool> alive_;
    std::map<std::uint64_t, std::shared_ptr<PoolJob>> jobs_;
    codec::TextBuffer out_;
    std::size_t sent_ = 0; ///< of out_
    std::string in_;       ///< of a frame that is not whole
    bool waiting_ = false; ///< for the socket to take more
    bool closed_ = false;
};

} // namespace layer_cake::supervise
