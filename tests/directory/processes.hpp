#pragma once

#include <layer_cake/directory/process_directory.hpp>
#include <layer_cake/directory/publish.hpp>
#include <layer_cake/net/listen.hpp>
#include <layer_cake/object/runtime.hpp>
#include <layer_cake/object/self.hpp>

/// Runtimes that stand for processes: nodes of the directory and programs that publish and subscribe.
namespace layer_cake::directory {

struct NodeProcess {
    explicit NodeProcess(Scope scope, std::optional<type::HostPort> parent = {}, int port = 0, NodeLimits limits = {}) {
        NodeOptions options;
        options.scope = scope;
        options.accept_at = type::HostPort{"127.0.0.1", port};
        options.connect_to = std::move(parent);
        options.automatic = false;
        options.executable = "node";
        options.limits = limits;
        address = runtime.start([this, options](object::Self& self) -> type::Any {
            node = create_node(self, options);
            auto at = self.ask<type::HostPort>(type::Enquiry{}, node, std::chrono::seconds(5));
            {
                const std::lock_guard guard(mutex);
                place = at ? *at : type::HostPort{};
                is_there = true;
            }
            changed.notify_all();
            return self.input();
        });
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return is_there; });
    }
    ~NodeProcess() { end(); }

    /// As a crash would: connections are closed.
    void end() {
        if (std::exchange(is_there, false)) runtime.stop(std::chrono::seconds(10));
    }

    std::mutex mutex;
    std::condition_variable changed;
    bool is_there = false;
    type::HostPort place; ///< where it listens
    type::Address address, node;
    object::Runtime runtime;
};

/// A program below that node.
struct Process {
    explicit Process(std::optional<type::HostPort> parent, Scope scope = Scope::PROCESS) {
        NodeOptions options;
        options.scope = scope;
        options.connect_to = std::move(parent);
        options.automatic = false;
        options.executable = "process";
        provide_directory(runtime, options);
    }
    ~Process() { stop(); }

    template <class F>
    void start(F function) {
        runtime.start(std::move(function));
        runs = true;
    }
    void stop() {
        if (std::exchange(runs, false)) runtime.stop(std::chrono::seconds(10));
    }

    bool runs = false;
    object::Runtime runtime;
};

} // namespace layer_cake::directory
