#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/home/log_follow.hpp>
#include <layer_cake/net/http.hpp>
#include <layer_cake/supervise/supervisor.hpp>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace layer_cake::supervise {

/// Answers with the error and a fitting status, in the form that `refusal` (control.hpp) reads.
void refuse(net::HttpAnswer& answer, const Error& error);

/// The control socket's routes (control.hpp), over one Supervisor. Commands are answered when they are done.
class ControlServer {
public:
    static constexpr std::size_t stream_limit = 1 << 20; ///< unsent bytes at which a stream's client is let go
    static constexpr std::size_t streams_limit = 256;
    static constexpr std::size_t longest_body = 16 << 20; ///< of a request; a definition may be in it

    static Result<std::unique_ptr<ControlServer>> listen(Loop& loop, const home::Paths& paths);

    /// @param served  called after each request and each answer to one
    void serve(Supervisor& supervisor, std::function<void()> served) {
        supervisor_ = &supervisor;
        served_ = std::move(served);
    }
    /// Makes the socket anew where it was removed. Who is connected stays so.
    Result<void> listen_again();

    void changed(std::span<RoleProcess* const> roles, std::uint64_t changes); ///< to the event streams
    void settled();                                                           ///< answers the commands that are done
    void ended(const home::Ended& result);                                    ///< answers everybody
    bool flushed() const;                                                     ///< after `ended`: all of it has left

private:
    using Answer = std::shared_ptr<net::HttpAnswer>;
    struct Pending {
        Answer to;
        std::function<bool()> done;
        std::function<void()> answer;
    };
    struct EventStream {
        Answer to;
        bool brief;
    };
    struct LogStream;

    ControlServer(Loop& loop, const home::Paths& paths) : loop_(loop), paths_(paths) {}
    void handle(const net::HttpRequest& request, Answer answer);
    void command(const std::string& path, const net::HttpRequest& request, const Answer& answer);
    void reload(const std::vector<std::string>& roles, const Answer& answer);
    void metrics(net::HttpAnswer& answer) const;
    void flush(const net::HttpRequest& request, const Answer& answer);
    void roll(const std::vector<std::string>& roles, const Answer& answer);
    void pools(net::HttpAnswer& answer) const;
    void events(const Answer& answer, bool brief);
    void log(const net::HttpRequest& request, const Answer& answer);
    void when_settled(std::vector<std::string> names, std::function<bool(const RoleProcess&)> done, Answer answer);
    void stream(const Answer& to, const std::string& line);

    Loop& loop_;
    home::Paths paths_;
    std::unique_ptr<net::HttpServer> server_;
    std::vector<std::unique_ptr<net::HttpServer>> former_; ///< their sockets were removed
    Supervisor* supervisor_ = nullptr;
    std::function<void()> served_;
    std::vector<Pending> pending_;
    std::vector<EventStream> streams_;
    std::vector<Answer> last_; ///< those that `ended` spoke to
    std::list<std::shared_ptr<LogStream>> logs_;
};

} // namespace layer_cake::supervise
