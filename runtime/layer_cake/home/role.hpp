#pragma once

#include <cstdint>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/boxed.hpp>
#include <layer_cake/core/clock.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// What a group file says of its roles, checked and resolved: plain values with
/// the defaults filled in. layer-cake.yaml(5) explains each; `home/schema.cpp`
/// holds the rows they are read by.
namespace layer_cake::home {

using namespace std::chrono_literals;

/// When a role that has ended runs again, and after how long.
struct RestartRules {
    enum class Policy { no, on_failure, always };

    Policy policy = Policy::no;
    std::vector<Duration> first_steps;     ///< the first delays, in order; none: 0s at once
    std::optional<Duration> regular_steps; ///< every later delay; none: the last first step again
    std::optional<int> step_limit;         ///< restarts at most before giving up (until reset)
    Duration randomized{};                 ///< grain g: k*g is added to a delay d, k uniform in 0..d*truncated/g
    double truncated = 1.0;                ///< see randomized
    Duration reset_after = 30s;            ///< up this long: the steps start over
    std::optional<int> max;                ///< this many failures within `window`: failed for good
    Duration window = 60s;
    std::vector<int> success_exit_codes; ///< besides 0

    friend bool operator==(const RestartRules&, const RestartRules&) = default;
};

struct HostPort {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::string named{}; ///< of a probe: the role's port of that name, instead of the number
    friend bool operator==(const HostPort&, const HostPort&) = default;
};

/// How far up the directory a name is visible.
enum class NameScope { group, host, lan, realm };

/// One way of asking a role how it is.
struct Probe {
    enum class Kind { tcp_socket, http_get, exec, log_line, notify, fd, published };

    Kind kind = Kind::tcp_socket;
    HostPort address;                 ///< tcp_socket, http_get
    std::string path = "/";           ///< http_get
    std::vector<std::string> command; ///< exec; exit status 0 is success
    std::string pattern;              ///< log_line; found anywhere in a line
    int fd = 3;                       ///< fd: the role writes a newline there
    std::string name{};               ///< published: the name that somebody publishes
    Duration initial_delay{};
    Duration period = 1s;  ///< (as `ready`: 100ms)
    Duration timeout = 1s; ///< of one attempt (as `ready`: of the whole start, 60s)
    int success_threshold = 1;
    int failure_threshold = 3;

    friend bool operator==(const Probe&, const Probe&) = default;
};

enum class Condition { started, ready, healthy, completed, published };

struct Dependency {
    std::string role; ///< an instance name: a dependency on a replicated role is one on each
    Condition condition = Condition::started;
    std::string name{};   ///< published: the name that is waited for
    bool restart = false; ///< the role is restarted when the other has been started again
    friend bool operator==(const Dependency&, const Dependency&) = default;
};

struct Shutdown {
    enum class Scope { group, process };

    int signal = 15;
    Duration timeout = 10s; ///< then SIGKILL to the whole tree
    Scope scope = Scope::group;
    std::vector<std::string> command; ///< run instead of the signal, with LAYER_CAKE_PID set
    friend bool operator==(const Shutdown&, const Shutdown&) = default;
};

struct LogRules {
    enum class Policy { block, drop };

    Policy policy = Policy::block;
    std::uint64_t max_size = 10u << 20;   ///< a segment is closed at this size, its index included
    std::uint64_t max_total = 100u << 20; ///< hard limit of all segments of a role
    int max_files = 1000;
    friend bool operator==(const LogRules&, const LogRules&) = default;
};

struct Limits {
    std::optional<std::uint64_t> nofile, core, nproc, memory; ///< RLIMIT_NOFILE, _CORE, _NPROC, _AS
    std::optional<int> nice;
    friend bool operator==(const Limits&, const Limits&) = default;
};

/// What a worker of a pool speaks: one JSON line in and one out, or HTTP on its port.
enum class Protocol { json_lines, http, objects };

constexpr std::size_t name_limit = 500; ///< bytes of a name in the directory

/// A port of 127.0.0.1 that a role is given: PORT_<NAME> in its environment, and PORT for the first.
struct Port {
    std::string name;
    std::uint16_t number = 0; ///< 0: a free one at each start
    std::string publish{};    ///< the name under which it is published while the role is ready; empty: it is not
    NameScope scope = NameScope::host;
    friend bool operator==(const Port&, const Port&) = default;
};

/// A variable that is given the address which somebody publishes under a name.
struct NamedAddress {
    std::string variable;
    std::string name;
    NameScope scope = NameScope::host;
    friend bool operator==(const NamedAddress&, const NamedAddress&) = default;
};

/// One process to be: a role, or one replica of it.
struct Role {
    enum class Type { service, oneshot };

    std::string name; ///< of the instance: "thumb-2"
    std::string base; ///< of the role in the file: "thumb"
    int index = -1;   ///< of the replica, or -1
    Type type = Type::service;
    std::vector<std::string> command; ///< argv; `command` as text is {"/bin/sh", "-c", text}
    codec::Value settings;            ///< of an object program, as written; null: none, `{}` for an executable
    std::string interpreter;          ///< of an executable that is a script; as written; empty: none given
    std::string executable_text;      ///< what list -ll shows: the program as written
    std::string working_dir;          ///< absolute
    std::vector<std::pair<std::string, std::string>> environment; ///< complete additions, env_file and group's included
    std::optional<Protocol> protocol;                             ///< as a worker of a pool; none: it is none
    std::vector<Port> ports;
    std::vector<NamedAddress> addresses; ///< waited for before each start
    std::vector<Dependency> depends_on;
    Boxed<Probe> ready;               ///< booted: asked until it succeeds once
    Boxed<Probe> readiness;           ///< asked for ever; decides `ready`
    Boxed<Probe> liveness;            ///< asked for ever; failing restarts
    std::optional<Duration> watchdog; ///< sd_notify WATCHDOG=1 at least this often
    RestartRules restart;
    Shutdown shutdown;
    LogRules log;
    Limits limits;
    std::string user; ///< name or number, optionally ":group"; empty: unchanged
    std::optional<unsigned> umask;

    friend bool operator==(const Role&, const Role&) = default;
};

} // namespace layer_cake::home
