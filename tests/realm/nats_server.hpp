#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <layer_cake/core/fd.hpp>
#include <mutex>
#include <string>
#include <thread>

namespace layer_cake::testing {

/// A real nats-server as a child, on a free port of 127.0.0.1. It dies with the test.
class NatsServer {
public:
    /// @param rules  more of its configuration file
    explicit NatsServer(std::string rules = {});
    ~NatsServer();
    NatsServer(const NatsServer&) = delete;
    NatsServer& operator=(const NatsServer&) = delete;

    std::uint16_t port() const { return port_; }
    std::string url() const { return "nats://127.0.0.1:" + std::to_string(port_); }
    int pid() const { return pid_; }

    void kill();  ///< at once, and waits until it is gone
    void start(); ///< again, at the same port
    void pause(); ///< SIGSTOP
    void go_on(); ///< SIGCONT
    /// Waits until it has logged that. @return what came after it in that line
    std::string await_log(const std::string& text);

private:
    void read_log(Fd pipe);

    std::string rules_;
    std::uint16_t port_ = 0;
    int pid_ = 0;
    std::thread reader_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string log_;
    bool ended_ = false;
};

} // namespace layer_cake::testing
