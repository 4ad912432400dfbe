/// The bare limit of an HTTP service with a pool of processes: one libuv loop in front, forked workers behind
/// socketpairs, each with one request at a time, a plain queue, no checks. A worker makes a table of 8 x 8 random
/// numbers and its JSON. usage: http-pool-limit PORT WORKERS
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <uv.h>
#include <vector>

namespace {

constexpr int side = 8;
char input[64 << 10];

struct Client {
    uv_tcp_t handle{};
    std::string read;
    int owed = 0;
    bool closed = false;
};

struct Worker {
    uv_pipe_t handle{};
    std::string read; ///< a length, then the body
    Client* client = nullptr;
};

std::vector<Worker*> workers;
std::deque<Client*> queue;

void work(int fd) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::mt19937_64 random(static_cast<std::uint64_t>(::getpid()));
    std::string out;
    for (char request = 0; ::read(fd, &request, 1) == 1;) {
        out.assign(sizeof(std::uint32_t), '\0');
        out += "{\"value\":[";
        for (int y = 0; y < side; ++y) {
            out += y == 0 ? "[" : ",[";
            for (int x = 0; x < side; ++x) {
                char digits[32];
                const double number = static_cast<double>(random() >> 11) * 0x1p-53;
                if (x != 0) out += ',';
                out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
            }
            out += ']';
        }
        out += "]}";
        const auto size = static_cast<std::uint32_t>(out.size() - sizeof(std::uint32_t));
        std::memcpy(out.data(), &size, sizeof size);
        if (::write(fd, out.data(), out.size()) != static_cast<ssize_t>(out.size())) break;
    }
    ::_exit(0);
}

void lend(uv_handle_t*, std::size_t, uv_buf_t* buffer) {
    *buffer = uv_buf_init(input, sizeof input);
}

void send(uv_stream_t* to, std::string_view bytes) {
    struct Rest {
        uv_write_t request;
        std::string bytes;
    };
    auto buffer = uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
    const int sent = std::max(uv_try_write(to, &buffer, 1), 0);
    if (static_cast<std::size_t>(sent) == bytes.size()) return;
    auto* rest = new Rest{{}, std::string(bytes.substr(static_cast<std::size_t>(sent)))};
    buffer = uv_buf_init(rest->bytes.data(), static_cast<unsigned>(rest->bytes.size()));
    rest->request.data = rest;
    uv_write(&rest->request, to, &buffer, 1, [](uv_write_t* done, int) { delete static_cast<Rest*>(done->data); });
}

void let_go(Client* client) {
    if (client->closed && client->owed == 0) delete client;
}

void give(Worker& worker, Client* client) {
    worker.client = client;
    send(reinterpret_cast<uv_stream_t*>(&worker.handle), "x");
}

void ask(Client* client) {
    ++client->owed;
    for (auto* worker : workers)
        if (!worker->client) return give(*worker, client);
    queue.push_back(client);
}

void answered(uv_stream_t* from, ssize_t size, const uv_buf_t*) {
    auto& worker = *static_cast<Worker*>(from->data);
    if (size < 0) std::exit(1);
    worker.read.append(input, static_cast<std::size_t>(size));
    std::uint32_t length = 0;
    if (worker.read.size() < sizeof length) return;
    std::memcpy(&length, worker.read.data(), sizeof length);
    if (worker.read.size() < sizeof length + length) return;
    auto* client = std::exchange(worker.client, nullptr);
    if (!client->closed)
        send(reinterpret_cast<uv_stream_t*>(&client->handle),
             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(length) +
                 "\r\n\r\n" + worker.read.substr(sizeof length));
    worker.read.clear();
    --client->owed;
    let_go(client);
    if (queue.empty()) return;
    give(worker, queue.front());
    queue.pop_front();
}

void asked(uv_stream_t* from, ssize_t size, const uv_buf_t*) {
    auto* client = static_cast<Client*>(from->data);
    if (size < 0) {
        uv_close(reinterpret_cast<uv_handle_t*>(from), [](uv_handle_t* handle) {
            auto* gone = static_cast<Client*>(handle->data);
            gone->closed = true;
            let_go(gone);
        });
        return;
    }
    client->read.append(input, static_cast<std::size_t>(size));
    for (auto end = client->read.find("\r\n\r\n"); end != std::string::npos; end = client->read.find("\r\n\r\n")) {
        client->read.erase(0, end + 4);
        ask(client);
    }
}

void accept(uv_stream_t* server, int) {
    auto* client = new Client;
    client->handle.data = client;
    uv_tcp_init(server->loop, &client->handle);
    if (uv_accept(server, reinterpret_cast<uv_stream_t*>(&client->handle)) != 0) return;
    uv_tcp_nodelay(&client->handle, 1);
    uv_read_start(reinterpret_cast<uv_stream_t*>(&client->handle), lend, asked);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::signal(SIGPIPE, SIG_IGN);
    auto* loop = uv_default_loop();
    for (int count = std::atoi(argv[2]); count > 0; --count) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return 1;
        if (::fork() == 0) work(ends[1]);
        ::close(ends[1]);
        auto* worker = workers.emplace_back(new Worker);
        worker->handle.data = worker;
        uv_pipe_init(loop, &worker->handle, 0);
        uv_pipe_open(&worker->handle, ends[0]);
        uv_read_start(reinterpret_cast<uv_stream_t*>(&worker->handle), lend, answered);
    }
    uv_tcp_t server;
    sockaddr_in address{};
    uv_tcp_init(loop, &server);
    uv_ip4_addr("127.0.0.1", std::atoi(argv[1]), &address);
    uv_tcp_bind(&server, reinterpret_cast<sockaddr*>(&address), 0);
    if (uv_listen(reinterpret_cast<uv_stream_t*>(&server), 4096, accept) != 0) return 1;
    return uv_run(loop, UV_RUN_DEFAULT);
}
