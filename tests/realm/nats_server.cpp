#include "tests/realm/nats_server.hpp"
#include <array>
#include <csignal>
#include <fcntl.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace layer_cake::testing {

NatsServer::NatsServer(std::string rules) : rules_(std::move(rules)) {
    start();
}

NatsServer::~NatsServer() {
    kill();
}

void NatsServer::start() {
    const auto listen = "listen: 127.0.0.1:" + std::to_string(port_ ? port_ : -1) + "\n" + rules_;
    // The file has no name; the server finds it by its descriptor.
    Fd config(::memfd_create("nats.conf", 0));
    if (::write(config.get(), listen.data(), listen.size()) != static_cast<ssize_t>(listen.size()))
        throw std::runtime_error("no configuration");
    const auto path = "/proc/self/fd/" + std::to_string(config.get());
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    Fd from(pipe[0]), to(pipe[1]);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(to.get(), STDERR_FILENO);
        ::dup2(to.get(), STDOUT_FILENO);
        ::execlp("nats-server", "nats-server", "-c", path.c_str(), nullptr);
        ::_exit(127);
    }
    to.reset();
    log_.clear();
    ended_ = false;
    reader_ = std::thread([this, fd = from.release()] { read_log(Fd(fd)); });
    const auto at = await_log("Listening for client connections on 127.0.0.1:");
    port_ = static_cast<std::uint16_t>(std::stoi(at));
    await_log("Server is ready");
}

void NatsServer::kill() {
    if (!pid_) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
    reader_.join();
}

void NatsServer::pause() {
    ::kill(pid_, SIGSTOP);
}

void NatsServer::go_on() {
    ::kill(pid_, SIGCONT);
}

std::string NatsServer::await_log(const std::string& text) {
    std::unique_lock lock(mutex_);
    std::size_t at = std::string::npos, end = 0;
    const bool is_there = changed_.wait_for(lock, std::chrono::seconds(20), [&] {
        at = log_.find(text);
        end = at == std::string::npos ? at : log_.find('\n', at);
        return end != std::string::npos || ended_;
    });
    if (!is_there || end == std::string::npos)
        throw std::runtime_error("nats-server did not say: " + text + "\n" + log_);
    at += text.size();
    return log_.substr(at, end - at);
}

void NatsServer::read_log(Fd pipe) {
    std::array<char, 4'096> part;
    for (;;) {
        const auto count = ::read(pipe.get(), part.data(), part.size());
        const std::lock_guard lock(mutex_);
        if (count > 0)
            log_.append(part.data(), static_cast<std::size_t>(count));
        else
            ended_ = true;
        changed_.notify_all();
        if (count <= 0) return;
    }
}

} // namespace layer_cake::testing
