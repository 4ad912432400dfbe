#include "sessions_peers.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>
#ifdef WITH_ZMQ
#include <zmq.h>
#endif

namespace bench {
namespace {

/// One end of a bare ping-pong.
struct Bare {
    uv_loop_t loop{};
    uv_pipe_t pipe{};
    char in[65536];
    char out[65536]{};
    long left = 0; ///< to come; only of who counts
    long sent = 0, count = 0;
    std::size_t rest = 0;
    bool echo = false;

    void send(std::size_t bytes) {
        while (bytes > 0) {
            auto buffer = uv_buf_init(out, static_cast<unsigned>(bytes));
            const int size = uv_try_write(reinterpret_cast<uv_stream_t*>(&pipe), &buffer, 1);
            if (size > 0) bytes -= static_cast<std::size_t>(size);
        }
    }
    void received(std::size_t size) {
        const auto messages = (rest + size) / text.size();
        rest = (rest + size) % text.size();
        if (echo) return messages ? send(messages * text.size()) : void();
        left -= static_cast<long>(messages);
        if (left <= 0) return uv_stop(&loop);
        const auto more = std::min(static_cast<long>(messages), count - sent);
        sent += more;
        if (more) send(static_cast<std::size_t>(more) * text.size());
    }
    void run(int fd) {
        uv_loop_init(&loop);
        uv_pipe_init(&loop, &pipe, 0);
        uv_pipe_open(&pipe, fd);
        pipe.data = this;
        uv_read_start(
            reinterpret_cast<uv_stream_t*>(&pipe),
            [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
                auto* bare = static_cast<Bare*>(handle->data);
                *buffer = uv_buf_init(bare->in, sizeof bare->in);
            },
            [](uv_stream_t* stream, ssize_t size, const uv_buf_t*) {
                auto* bare = static_cast<Bare*>(stream->data);
                if (size < 0) return uv_stop(&bare->loop);
                if (size > 0) bare->received(static_cast<std::size_t>(size));
            });
        if (!echo) send(static_cast<std::size_t>(sent) * text.size());
        uv_run(&loop, UV_RUN_DEFAULT);
        uv_close(reinterpret_cast<uv_handle_t*>(&pipe), nullptr);
        uv_run(&loop, UV_RUN_DEFAULT);
        uv_loop_close(&loop);
    }
};

} // namespace

double bare_round_trips(long count, long depth) {
    int both[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) != 0) std::abort();
    const auto child = ::fork();
    static Bare bare;
    bare.rest = 0;
    if (child == 0) {
        ::close(both[0]);
        bare.echo = true;
        bare.run(both[1]);
        ::_exit(0);
    }
    ::close(both[1]);
    const auto start = Steady::now();
    bare.left = bare.count = count;
    bare.sent = depth;
    bare.run(both[0]);
    const auto seconds = since(start);
    ::waitpid(child, nullptr, 0);
    return static_cast<double>(count) / seconds;
}

#ifdef WITH_ZMQ
namespace {

/// Two connected PAIR sockets in two processes; `near` and `far` get one each.
template <class Near, class Far>
double zmq_pair(long count, Near near, Far far) {
    const auto name = "ipc:///tmp/layer-cake-bench-" + std::to_string(::getpid());
    const auto child = ::fork();
    void* context = zmq_ctx_new();
    void* socket = zmq_socket(context, ZMQ_PAIR);
    const int none = 0;
    zmq_setsockopt(socket, ZMQ_RCVHWM, &none, sizeof none);
    zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof none);
    char buffer[256];
    if (child == 0) {
        zmq_connect(socket, name.c_str());
        zmq_send(socket, "!", 1, 0);
        far(socket, buffer);
        zmq_recv(socket, buffer, sizeof buffer, 0); // until all has arrived
        ::_exit(0);
    }
    zmq_bind(socket, name.c_str());
    zmq_recv(socket, buffer, sizeof buffer, 0);
    const auto start = Steady::now();
    near(socket, buffer);
    const auto seconds = since(start);
    zmq_send(socket, "!", 1, 0);
    ::waitpid(child, nullptr, 0);
    zmq_close(socket);
    zmq_ctx_destroy(context);
    ::unlink(name.c_str() + 6);
    return static_cast<double>(count) / seconds;
}

} // namespace

double zmq_round_trips(long count) {
    return zmq_pair(
        count,
        [count](void* socket, char* buffer) {
            for (long i = 0; i < count; ++i) {
                zmq_send(socket, text.data(), text.size(), 0);
                zmq_recv(socket, buffer, 256, 0);
            }
        },
        [count](void* socket, char* buffer) {
            for (long i = 0; i < count; ++i) {
                zmq_recv(socket, buffer, 256, 0);
                zmq_send(socket, buffer, text.size(), 0);
            }
        });
}

double zmq_one_way(long count) {
    return zmq_pair(
        count,
        [count](void* socket, char* buffer) {
            for (long i = 0; i < count; ++i)
                zmq_send(socket, text.data(), text.size(), 0);
            zmq_recv(socket, buffer, 256, 0);
        },
        [count](void* socket, char* buffer) {
            for (long i = 0; i < count; ++i)
                zmq_recv(socket, buffer, 256, 0);
            zmq_send(socket, "!", 1, 0);
        });
}
#endif

} // namespace bench
