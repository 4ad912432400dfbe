#pragma once

#include <deque>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/loop.hpp>
#include <layer_cake/net/answer.hpp>
#include <layer_cake/net/request_parser.hpp>
#include <memory>
#include <optional>
#include <string>

namespace layer_cake::net {

class ServerCore;

/// One client of the server: reads requests, keeps the row of replies owed, sends them in order.
///
///     reading    bytes become requests, requests go to the handler; paused while 32 replies are owed
///     closing    the last request was read (Connection: close, a refused one, the client's end of file): replies are
///     sent lingering  all is sent and our side shut; what the client still sends is thrown away, so that the
///                kernel does not reset the connection before the client has read the answer
///     closed     no descriptor, all replies are told that the client has gone
///
/// Any call of the handler may close it or destroy the server: entry points hold it alive.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(ServerCore& core, Fd fd);

    void start();
    /// Sends bytes of a reply now if it is its turn; a reply that is done makes room for the next.
    void emit(Reply& reply, std::string_view bytes);
    /// The same in two steps: where its bytes are to be appended, and that they have been. The reply may be gone then.
    std::string& room(Reply& reply);
    void appended(Reply& reply);
    void abort(Reply& reply); ///< an answer that cannot be completed: the client has to see that
    std::size_t unsent(const Reply& reply) const;
    std::string_view date();
    const std::string& client(); ///< its address, without the port; empty on a unix socket. Asked of the system once
    Instant read_at() const { return progress_; } ///< when the bytes came that are being processed

    void check_time(Instant now);
    void flush();
    void finish_up();          ///< the server stops: close when nothing is owed
    void close(bool silently); ///< silently: nobody is told

private:
    friend class ServerCore;

    static constexpr std::size_t most_replies = 32;
    static constexpr std::size_t most_unsent =
        1u << 20; ///< of replies to a client that does not read: then it is not read either

    void on_ready(int events);
    void read();
    void process(std::string_view bytes);
    void dispatch(const RequestView& request);
    void refuse(int status, std::string_view reason);
    const std::shared_ptr<Reply>& owe(const RequestView& request);
    bool admits_host(const RequestView& request) const;
    void on_end_of_file();
    void advance();
    void send_soon();
    void after_flush();
    bool too_slow(Instant at);
    std::size_t kernel_queue() const;
    void linger();
    void close_soon();
    void tell_drained();
    void resume_rest();
    void watch();
    bool reading() const;

    ServerCore* core_;
    Fd fd_;
    std::optional<Poll> poll_;
    RequestParser parser_;
    std::deque<std::shared_ptr<Reply>> replies_;
    std::optional<std::string> client_;
    std::string out_;         ///< bytes of the first reply, and of done ones before it
    std::size_t sent_ = 0;    ///< of out_
    std::string rest_;        ///< read, and not yet parsed: too many replies were owed
    Instant begun_;           ///< of the request being read
    Instant progress_;        ///< last byte in or out
    Instant stuck_;           ///< when the kernel did not take all, or last looked at
    std::size_t drained_ = 0; ///< what was in its queue then, and bytes it took since
    int watched_ = 0;
    bool corked_ = false;    ///< while a read is processed: answers go out together
    bool backlog_ = false;   ///< the kernel did not take all
    bool flushes_ = false;   ///< at the end of the turn
    bool last_read_ = false; ///< no further request is read
    bool unread_ = false;    ///< the client sends more than we read
    bool end_of_file_ = false;
    bool first_ = true; ///< no request was read yet
    bool lingering_ = false;
    bool broken_ = false; ///< sending failed
    bool closed_ = false;
};

} // namespace layer_cake::net
