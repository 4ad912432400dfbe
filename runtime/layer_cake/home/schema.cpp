#include <layer_cake/home/schema_directory.hpp>
#include <layer_cake/home/schema_endpoint.hpp>

/// The rows. A help text is one sentence that the manual, the reference file and the JSON Schema show as it is.
namespace layer_cake::home {
namespace {

// clang-format off
constexpr std::string_view restart_policies[] = {"no", "on_failure", "always"};
constexpr std::string_view role_types[]       = {"service", "oneshot"};
constexpr std::string_view shutdown_scopes[]  = {"group", "process"};
constexpr std::string_view log_policies[]     = {"block", "drop"};
constexpr std::string_view protocols[]        = {"json_lines", "http", "objects"};
constexpr std::string_view conditions[]       = {"started", "ready", "healthy", "completed", "published"};

using R = RestartRules;
constexpr Key first_steps{.name = "first_steps", .kind = Kind::steps,
    .help = "Delays before the first restarts, in order; none means at once.",
    .example = "[250ms, 1s, 5s]", .bind = into<Kind::steps, &R::first_steps>};
constexpr Key regular_steps{.name = "regular_steps", .kind = Kind::span,
    .help = "Delay before every later restart; without it the last of the first steps is repeated.",
    .example = "30s", .bind = into<Kind::span, &R::regular_steps>};
constexpr Key step_limit{.name = "step_limit", .kind = Kind::integer,
    .help = "Give up after this many restarts that were not followed by a stable time (see reset_after).",
    .example = "10", .least = 0, .most = 1'000'000, .bind = into<Kind::integer, &R::step_limit>};
constexpr Key randomized{.name = "randomized", .kind = Kind::span,
    .help = "Grain of a random addition to each delay, so that roles do not restart in step: a multiple of it, up to the delay itself; 0s adds nothing.",
    .fallback = "0s", .example = "250ms", .bind = into<Kind::span, &R::randomized>};
constexpr Key truncated{.name = "truncated", .kind = Kind::number,
    .help = "The largest random addition, as a part of the delay.",
    .fallback = "1", .example = "0.1", .least = 0, .most = 1000, .bind = into<Kind::number, &R::truncated>};

constexpr Key retry_keys[] = {first_steps, regular_steps, step_limit, randomized, truncated};

constexpr Key restart_keys[] = {
    {.name = "policy", .kind = Kind::choice,
     .help = "Whether to run again after an end: no, on_failure (not after success) or always.",
     .fallback = "on_failure", .choices = restart_policies, .bind = into<Kind::choice, &R::policy>},
    first_steps, regular_steps, step_limit, randomized, truncated,
    {.name = "reset_after", .kind = Kind::span,
     .help = "After running for this long the steps start over.",
     .fallback = "30s", .bind = into<Kind::span, &R::reset_after>},
    {.name = "max", .kind = Kind::integer,
     .help = "This many failures within the window make the role failed for good.",
     .example = "5", .least = 1, .most = 1'000'000, .bind = into<Kind::integer, &R::max>},
    {.name = "window", .kind = Kind::span,
     .help = "The time in which failures are counted for max.",
     .fallback = "60s", .bind = into<Kind::span, &R::window>},
    {.name = "success_exit_codes", .kind = Kind::integers,
     .help = "Exit statuses that count as success besides 0.",
     .example = "[2, 75]", .least = 0, .most = 255, .bind = into<Kind::integers, &R::success_exit_codes>},
};

constexpr Key address_keys[] = {
    {.name = "host", .kind = Kind::text, .help = "Name or address to connect to.", .fallback = "127.0.0.1"},
    {.name = "port", .kind = Kind::port, .help = "Port to connect to, or the name of one of the role's ports; it must be given.", .example = "8080"},
    {.name = "path", .kind = Kind::text, .help = "Path to request.", .fallback = "/"},
};

constexpr Key tcp_socket{.name = "tcp_socket", .kind = Kind::host_port,
    .help = "Succeeds when a TCP connection to this port, host:port, or one of the role's ports by its name, is accepted.",
    .example = "127.0.0.1:6379", .group = "probe", .bind = into_probe<Probe::Kind::tcp_socket>};
constexpr Key http_get{.name = "http_get", .kind = Kind::address,
    .help = "Succeeds when this URL, or host, port and path, answers with a status from 200 to 399.", .keys = address_keys,
    .example = "http://127.0.0.1:8080/health", .group = "probe", .bind = into_probe<Probe::Kind::http_get>};
constexpr Key exec{.name = "exec", .kind = Kind::command,
    .help = "Succeeds when this command, run as the role would be, exits with 0.",
    .example = "[redis-cli, ping]", .group = "probe", .bind = into_probe<Probe::Kind::exec>};

constexpr Key ready_keys[] = {
    tcp_socket, http_get, exec,
    {.name = "log_line", .kind = Kind::pattern,
     .help = "Succeeds when the role writes a line in which this regular expression is found.",
     .example = "'listening on port \\d+'", .group = "probe", .bind = into_probe<Probe::Kind::log_line>},
    {.name = "notify", .kind = Kind::boolean,
     .help = "Succeeds when the role says READY=1 on its NOTIFY_SOCKET, as sd_notify(3) does; the only value is true.",
     .example = "true", .group = "probe", .bind = into_probe<Probe::Kind::notify>},
    {.name = "fd", .kind = Kind::integer,
     .help = "Succeeds when the role writes a newline on this file descriptor, which is opened for it.",
     .example = "3", .group = "probe", .least = 3, .most = 255, .bind = into_probe<Probe::Kind::fd>},
    {.name = "published", .kind = Kind::text,
     .help = "Succeeds when this name is published in the group; a replica adds a dash and its number.",
     .example = "shop.worker", .group = "probe", .bind = into_probe<Probe::Kind::published>},
    {.name = "timeout", .kind = Kind::span,
     .help = "A role that is not ready this long after its start has failed; 0s waits for ever.",
     .fallback = "60s", .bind = into<Kind::span, &Probe::timeout>},
    {.name = "period", .kind = Kind::span,
     .help = "Time from one attempt of tcp_socket, http_get or exec to the next.",
     .fallback = "100ms", .bind = into<Kind::span, &Probe::period>},
};

constexpr Key probe_keys[] = {
    tcp_socket, http_get, exec,
    {.name = "initial_delay", .kind = Kind::span,
     .help = "Time from the start of the role to the first attempt.",
     .fallback = "0s", .bind = into<Kind::span, &Probe::initial_delay>},
    {.name = "period", .kind = Kind::span,
     .help = "Time from one attempt to the next.",
     .fallback = "1s", .bind = into<Kind::span, &Probe::period>},
    {.name = "timeout", .kind = Kind::span,
     .help = "An attempt without an answer for this long has failed.",
     .fallback = "1s", .bind = into<Kind::span, &Probe::timeout>},
    {.name = "success_threshold", .kind = Kind::integer,
     .help = "Successes in a row that turn the answer to good.",
     .fallback = "1", .least = 1, .most = 1'000'000, .bind = into<Kind::integer, &Probe::success_threshold>},
    {.name = "failure_threshold", .kind = Kind::integer,
     .help = "Failures in a row that turn the answer to bad.",
     .fallback = "3", .least = 1, .most = 1'000'000, .bind = into<Kind::integer, &Probe::failure_threshold>},
};

constexpr Key shutdown_keys[] = {
    {.name = "signal", .kind = Kind::signal, .help = "Signal that asks the role to end.",
     .fallback = "SIGTERM", .bind = into<Kind::signal, &Shutdown::signal>},
    {.name = "timeout", .kind = Kind::span,
     .help = "A role that has not ended after this time is killed, with every process it left.",
     .fallback = "10s", .bind = into<Kind::span, &Shutdown::timeout>},
    {.name = "scope", .kind = Kind::choice, .help = "Whom the signal goes to: the role's process group, or its first process alone.",
     .fallback = "group", .choices = shutdown_scopes, .bind = into<Kind::choice, &Shutdown::scope>},
    {.name = "command", .kind = Kind::command, .help = "Run instead of sending the signal; LAYER_CAKE_PID is the role's process.",
     .example = "[nginx, -s, quit]", .bind = into<Kind::command, &Shutdown::command>},
};

constexpr Key log_keys[] = {
    {.name = "policy", .kind = Kind::choice,
     .help = "When output comes faster than the disk takes it: block makes the role wait and loses nothing, drop loses output, counts it and marks the place.",
     .fallback = "block", .choices = log_policies, .bind = into<Kind::choice, &LogRules::policy>},
    {.name = "max_size", .kind = Kind::size, .help = "Size at which a new log file is begun.",
     .fallback = "10M", .least = 4096, .bind = into<Kind::size, &LogRules::max_size>},
    {.name = "max_total", .kind = Kind::size, .help = "Hard limit of all log files of the role together; the oldest are removed.",
     .fallback = "100M", .least = 8192, .bind = into<Kind::size, &LogRules::max_total>},
    {.name = "max_files", .kind = Kind::integer, .help = "Log files kept at most.",
     .fallback = "1000", .least = 2, .most = 100'000, .bind = into<Kind::integer, &LogRules::max_files>},
};

constexpr Key limit_keys[] = {
    {.name = "nofile", .kind = Kind::limit, .help = "Open files (RLIMIT_NOFILE).", .example = "65536", .bind = into<Kind::limit, &Limits::nofile>},
    {.name = "core", .kind = Kind::limit, .help = "Size of a core dump (RLIMIT_CORE).", .example = "0", .bind = into<Kind::limit, &Limits::core>},
    {.name = "nproc", .kind = Kind::limit, .help = "Processes of the user (RLIMIT_NPROC).", .example = "200", .bind = into<Kind::limit, &Limits::nproc>},
    {.name = "memory", .kind = Kind::limit, .help = "Address space (RLIMIT_AS).", .example = "512M", .bind = into<Kind::limit, &Limits::memory>},
    {.name = "nice", .kind = Kind::integer, .help = "Scheduling priority, from -20 (first) to 19.", .example = "5", .least = -20, .most = 19, .bind = into<Kind::integer, &Limits::nice>},
};

constexpr Key dependency_keys[] = {
    {.name = "condition", .kind = Kind::choice,
     .help = "What to wait for: started, ready, healthy, completed (ended with success) or published.", .choices = conditions, .example = "ready"},
    {.name = "name", .kind = Kind::text,
     .help = "With published: the name to wait for; without the key those that the role's ready and ports speak of.", .example = "shop.worker"},
    {.name = "restart", .kind = Kind::boolean,
     .help = "Whether the role is restarted each time the other is started again, by whatever cause; it comes back when the condition is met.", .fallback = "false", .example = "true"},
};

constexpr Key environment{.name = "environment", .kind = Kind::pairs,
    .help = "Variables added to the environment, as a mapping or a list of NAME=text.", .example = "{LOG_LEVEL: info}"};
constexpr Key env_file{.name = "env_file", .kind = Kind::files,
    .help = "Files with lines NAME=text that are added to the environment, below what environment says.", .example = ".env"};
constexpr Key interpreter{.name = "interpreter", .kind = Kind::text,
    .help = "What runs an executable that is a script: a path (relative to the group's working_dir) or a name on PATH; a module of the Python library layer-cake without one is run by the virtual environment's python, else by python3.",
    .example = ".venv/bin/python", .bind = into<Kind::text, &Role::interpreter>};
constexpr Key restart{.name = "restart", .kind = Kind::restart,
    .help = "Whether and when to run again after an end: a policy word, or a section (whose policy is on_failure unless it says another).",
    .fallback = "no", .keys = restart_keys, .choices = restart_policies, .example = "on_failure", .bind = into_restart<&Role::restart>};
constexpr Key shutdown{.name = "shutdown", .kind = Kind::section, .help = "How a role is asked to end.",
    .keys = shutdown_keys, .example = "{signal: SIGINT, timeout: 20s}", .bind = into_section<&Role::shutdown>};
constexpr Key log{.name = "log", .kind = Kind::section, .help = "How a role's output is kept.",
    .keys = log_keys, .example = "{max_size: 1M, max_total: 10M}", .bind = into_section<&Role::log>};

constexpr Key role_rows[] = {
    {.name = "description", .kind = Kind::text, .help = "A few words for people.", .example = "the web front"},
    {.name = "command", .kind = Kind::command,
     .help = "The program and its arguments as a list, or a line for the shell as text.",
     .example = "[redis-server, --port, 6379]", .group = "program"},
    {.name = "executable", .kind = Kind::text,
     .help = "The program: a path (relative to the group's working_dir), or a name that is searched on PATH at each start.",
     .example = "./server", .group = "program"},
    interpreter,
    {.name = "arguments", .kind = Kind::words, .help = "Arguments of the executable.", .example = "[--verbose]"},
    {.name = "settings", .kind = Kind::settings,
     .help = "Settings of an executable that is an object program, by the names and types it was written with.",
     .example = "{server_address: {host: 127.0.0.1, port: 5050}}"},
    {.name = "type", .kind = Kind::choice,
     .help = "A service runs until it is stopped; a oneshot does its work and ends.",
     .fallback = "service", .choices = role_types, .bind = into<Kind::choice, &Role::type>},
    {.name = "working_dir", .kind = Kind::text,
     .help = "Folder in which the role runs, relative to the group's working_dir, which is the default.", .example = "./data"},
    environment, env_file,
    {.name = "replicas", .kind = Kind::integer,
     .help = "Run this many of it, named role-0, role-1 and so on, each with its number in LAYER_CAKE_INDEX; without the key there is one, with the role's own name.",
     .example = "4", .least = 0, .most = 1000},
    {.name = "replica_start", .kind = Kind::integer, .help = "Number of the first replica.", .fallback = "0", .least = 0, .most = 1'000'000},
    {.name = "protocol", .kind = Kind::choice,
     .help = "What the role speaks as a worker of a pool: json_lines (one line of JSON on its stdin is a request, one on its stdout the answer), http (on its port named http) or objects (an object program, whose main object is asked); without restart it is restarted always.",
     .choices = protocols, .example = "json_lines", .bind = into<Kind::choice, &Role::protocol>},
    {.name = "ports", .kind = Kind::ports,
     .help = "Ports of 127.0.0.1 by name, given as PORT_<NAME> in the environment, and the first as PORT: auto is a free one for each process, or a number, or a section that can publish it.",
     .keys = port_keys, .example = "{http: auto}", .bind = into<Kind::ports, &Role::ports>},
    {.name = "addresses", .kind = Kind::addresses,
     .help = "Variables that are given the address published under a name, as host:port, with its parts in <VARIABLE>_HOST and <VARIABLE>_PORT; the role waits for the names.",
     .keys = named_address_keys, .example = "{DB_ADDRESS: shop.db}", .bind = into<Kind::addresses, &Role::addresses>},
    {.name = "depends_on", .kind = Kind::dependencies,
     .help = "Roles that come first, as a list or as a mapping to what to wait for; the default is completed for a oneshot, ready for a role with ready or readiness, else started.",
     .keys = dependency_keys, .choices = conditions, .example = "{db: ready, migrate: {condition: completed}}"},
    {.name = "ready", .kind = Kind::section, .help = "When the role counts as ready after a start.", .keys = ready_keys,
     .bind = into_optional<&Role::ready, ready_keys>},
    {.name = "readiness", .kind = Kind::section, .help = "Asked again and again: whether the role is ready at the moment.", .keys = probe_keys,
     .bind = into_optional<&Role::readiness, probe_keys>},
    {.name = "liveness", .kind = Kind::section, .help = "Asked again and again: a role whose answer turns bad is ended, as a failure, and restarts by its rules.", .keys = probe_keys,
     .bind = into_optional<&Role::liveness, probe_keys>},
    {.name = "watchdog", .kind = Kind::span,
     .help = "The role says WATCHDOG=1 on its NOTIFY_SOCKET at least this often, or is ended as a failure.",
     .example = "30s", .bind = into<Kind::span, &Role::watchdog>},
    restart, shutdown, log,
    {.name = "user", .kind = Kind::text, .help = "User, or user:group, to run as; needs root.", .example = "www-data", .bind = into<Kind::text, &Role::user>},
    {.name = "umask", .kind = Kind::octal, .help = "Permission bits that new files do not get, in octal.", .example = "\"0027\"", .bind = into<Kind::octal, &Role::umask>},
    {.name = "limits", .kind = Kind::section, .help = "Limits of each process of the role: numbers, sizes, or unlimited.", .keys = limit_keys,
     .bind = into_section<&Role::limits>},
};

// The rows with `bind` store in a Role from which every role of the group is copied.
constexpr Key group_rows[] = {
    {.name = "name", .kind = Kind::text, .help = "Name of the group, for people; by default that of its folder.", .example = "shop"},
    {.name = "working_dir", .kind = Kind::text,
     .help = "Folder that relative paths start from, itself relative to the folder of the file, which is the default.", .example = "./app"},
    environment, env_file, interpreter,
    {.name = "include", .kind = Kind::files,
     .help = "Group files to start from, relative to this one: mappings are merged, anything else is replaced by what this file says.", .example = "[common.yaml]"},
    {.name = "main_role", .kind = Kind::text,
     .help = "The role whose end ends the group; its result is the group's.", .example = "web"},
    {.name = "retry", .kind = Kind::section, .help = "Restart steps of every role that says nothing else; makes on_failure the policy.",
     .keys = retry_keys, .bind = into_retry<&Role::restart>},
    restart, shutdown, log,
    {.name = "directory", .kind = Kind::section, .help = "How the group's directory of names is joined to others.", .keys = directory_keys},
    {.name = "http", .kind = Kind::section, .help = "The group's own endpoint: it listens for HTTP and lets pools answer.", .keys = http_keys},
    {.name = "nats", .kind = Kind::section, .help = "The group's pools for programs that speak NATS: it takes requests of subjects and lets pools answer.", .keys = bridge_keys},
    {.name = "pools", .kind = Kind::named, .help = "Workers behind one queue with load shedding, by the name of the pool, which is of the same form as a role's.", .keys = pool_keys},
    {.name = "roles", .kind = Kind::named, .help = "The roles by name: a letter or digit, then letters, digits, dots, dashes or underscores, 64 at most, not beginning with group.", .keys = role_rows},
};
// clang-format on

} // namespace

std::span<const Key> group_keys() {
    return group_rows;
}
std::span<const Key> role_keys() {
    return role_rows;
}

} // namespace layer_cake::home
