#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <layer_cake/core/pattern.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/schema_read.hpp>

namespace layer_cake::home {
namespace {

tl::unexpected<Bad> bad(const codec::Value& value, std::string rest) {
    return tl::unexpected<Bad>(Bad{value.mark, std::move(rest)});
}

tl::unexpected<Bad> not_a(const codec::Value& value, std::string_view what) {
    return bad(value, fmt::format("must be {}, not {}", what, shown(value)));
}

std::string range_words(std::string_view what, const Key& key) {
    const bool low = key.least != std::numeric_limits<std::int64_t>::min();
    const bool high = key.most != std::numeric_limits<std::int64_t>::max();
    if (low && high) return fmt::format("{} from {} to {}", what, key.least, key.most);
    if (low) return fmt::format("{} of at least {}", what, key.least);
    return std::string(what);
}

struct ForeignWord {
    std::string_view theirs, ours;
};

/// What other process managers call things, for hints only.
constexpr ForeignWord foreign_words[] = {
    {"processes", "roles"},
    {"services", "roles"},
    {"programs", "roles"},
    {"env", "environment"},
    {"environ", "environment"},
    {"cwd", "working_dir"},
    {"chdir", "working_dir"},
    {"workdir", "working_dir"},
    {"working_directory", "working_dir"},
    {"cmd", "command"},
    {"exec_start", "command"},
    {"entrypoint", "command"},
    {"args", "arguments"},
    {"availability", "restart"},
    {"autorestart", "restart"},
    {"instances", "replicas"},
    {"scale", "replicas"},
    {"numprocs", "replicas"},
    {"count", "replicas"},
    {"after", "depends_on"},
    {"requires", "depends_on"},
    {"healthcheck", "liveness"},
    {"liveness_probe", "liveness"},
    {"readiness_probe", "readiness"},
    {"ready_log_line", "ready"},
    {"startup_probe", "ready"},
    {"stop_signal", "shutdown"},
    {"stop_grace_period", "shutdown"},
    {"timeout_seconds", "timeout"},
    {"period_seconds", "period"},
    {"interval", "period"},
    {"retries", "failure_threshold"},
    {"initial_delay_seconds", "initial_delay"},
    {"start_period", "initial_delay"},
    {"ulimits", "limits"},
    {"logging", "log"},
    {"log_configuration", "log"},
    {"max_restarts", "max"},
    {"service_started", "started"},
    {"process_started", "started"},
    {"service_healthy", "healthy"},
    {"process_healthy", "healthy"},
    {"process_log_ready", "ready"},
    {"service_completed_successfully", "completed"},
    {"process_completed_successfully", "completed"},
    {"process_completed", "completed"},
    {"completed_successfully", "completed"},
    {"unless_stopped", "always"},
    {"unless-stopped", "always"},
    {"exit_on_failure", "on_failure"},
    {"never", "no"},
    {"forking", "service"},
    {"simple", "service"},
    {"daemon", "service"},
    {"task", "oneshot"},
    {"job", "oneshot"},
};

} // namespace

std::string shown(const codec::Value& value) {
    if (value.kind() == codec::Value::Kind::boolean) return *value.boolean() ? "true" : "false";
    if (const auto text = value.scalar_text(); text && !value.is_null())
        return text->size() <= 40 ? fmt::format("\"{}\"", terminal_safe(*text))
                                  : fmt::format("\"{}...\"", terminal_safe(text->substr(0, 40)));
    return std::string(codec::kind_name(value.kind()));
}

std::string hint(std::string_view word, const std::vector<std::string_view>& candidates) {
    for (const auto& [theirs, ours] : foreign_words)
        if (theirs == word && std::find(candidates.begin(), candidates.end(), ours) != candidates.end())
            return fmt::format(" (did you mean \"{}\"?)", ours);
    return suggestion(word, candidates);
}

Read<std::string> read_text(const codec::Value& value) {
    auto text = value.scalar_text();
    if (!text || value.is_null()) return not_a(value, "text");
    if (text->find('\0') != std::string::npos) return bad(value, "must not contain a NUL character");
    return std::move(*text);
}

Read<bool> read_boolean(const codec::Value& value) {
    if (const auto got = value.boolean()) return *got;
    return not_a(value, "true or false");
}

Read<std::int64_t> read_integer(const Key& key, const codec::Value& value) {
    const auto got = value.integer();
    if (!got || *got < key.least || *got > key.most) return not_a(value, range_words("an integer", key));
    return *got;
}

Read<double> read_number(const Key& key, const codec::Value& value) {
    const auto got = value.real();
    if (!got || !(*got >= static_cast<double>(key.least)) || !(*got <= static_cast<double>(key.most)))
        return not_a(value, range_words("a number", key));
    return *got;
}

Read<Duration> read_span(const codec::Value& value) {
    const auto text = value.scalar_text();
    if (!text || value.is_null() || value.boolean()) return not_a(value, "a time span such as 500ms or 1m30s");
    const auto span = parse_span(*text);
    if (!span) return bad(value, fmt::format("must be a time span such as 500ms or 1m30s: {}", span.error().detail));
    return *span;
}

Read<std::uint64_t> read_size(const codec::Value& value) {
    const auto text = value.scalar_text();
    if (!text || value.is_null() || value.boolean()) return not_a(value, "a size such as 512K or 10M");
    const auto size = parse_size(*text);
    if (!size) return bad(value, fmt::format("must be a size such as 512K or 10M: {}", size.error().detail));
    return *size;
}

Read<std::uint64_t> read_limit(const codec::Value& value) {
    if (const auto* text = value.string(); text && *text == "unlimited")
        return std::numeric_limits<std::uint64_t>::max();
    auto got = read_size(value);
    if (!got)
        got.error().rest = fmt::format("must be a number, a size such as 512M, or unlimited, not {}", shown(value));
    return got;
}

Read<int> read_signal(const codec::Value& value) {
    const auto text = value.scalar_text();
    const int got = text && !value.is_null() ? signal_number(*text) : 0;
    if (got == 0) return not_a(value, "a signal such as SIGTERM");
    return got;
}

Read<unsigned> read_octal(const codec::Value& value) {
    auto text = value.scalar_text().value_or("");
    if (text.starts_with("0o")) text.erase(0, 2);
    unsigned got = 0;
    const auto last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, got, 8);
    if (text.empty() || error != std::errc() || end != last || got > 0777)
        return not_a(value, "an octal number from 0 to 0777");
    return got;
}

bool is_port_name(std::string_view text) {
    const auto fine = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), fine) &&
           text.find_first_not_of("0123456789") != std::string_view::npos;
}

Read<HostPort> read_host_port(const codec::Value& value) {
    constexpr std::string_view what = "a port, or host:port";
    const auto text = value.scalar_text();
    if (!text || value.is_null() || value.boolean()) return not_a(value, what);
    HostPort address;
    std::string_view port = *text;
    if (const auto colon = text->rfind(':'); colon != std::string::npos) {
        std::string_view host = std::string_view(*text).substr(0, colon);
        const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
        if (bracketed) host = host.substr(1, host.size() - 2);
        if (host.empty() || (!bracketed && host.find(':') != std::string_view::npos) ||
            host.find_first_of(" \t\n/@") != std::string_view::npos)
            return not_a(value, what);
        address.host = host;
        port.remove_prefix(colon + 1);
    }
    if (is_port_name(port)) {
        address.named = port;
        return address;
    }
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc() || end != port.data() + port.size() || address.port == 0) return not_a(value, what);
    return address;
}

Read<Address> read_address(const codec::Value& value) {
    constexpr std::string_view what =
        "a URL such as http://127.0.0.1:8080/health, or a mapping with host, port and path";
    Address address;
    if (const auto* url = value.string()) {
        std::string_view rest = *url;
        if (rest.starts_with("https://")) return bad(value, "must be an http:// URL: https is not supported");
        if (!rest.starts_with("http://") || rest.find_first_of(" \t\r\n#") != std::string_view::npos)
            return not_a(value, what);
        rest.remove_prefix(7);
        const auto slash = rest.find_first_of("/?");
        std::string host(rest.substr(0, slash));
        if (slash != std::string_view::npos)
            address.path = fmt::format("{}{}", rest[slash] == '?' ? "/" : "", rest.substr(slash));
        if (host.find(':') == std::string::npos || host.ends_with(']')) host += ":80";
        codec::Value text(std::move(host));
        text.mark = value.mark;
        auto got = read_host_port(text);
        if (!got) return not_a(value, what);
        address.host = std::move(*got);
        return address;
    }
    if (!value.object()) return not_a(value, what);
    const auto* port = value.find("port");
    const auto number = port ? port->integer() : std::nullopt;
    if (port && port->string() && is_port_name(*port->string()))
        address.host.named = *port->string();
    else if (!number || *number < 1 || *number > 65535)
        return bad(port ? *port : value, "needs a port from 1 to 65535");
    if (number) address.host.port = static_cast<std::uint16_t>(*number);
    if (const auto* host = value.find("host"); host && !host->is_null()) {
        auto text = read_text(*host);
        if (!text || text->empty()) return not_a(*host, "a mapping whose host is text");
        address.host.host = std::move(*text);
    }
    if (const auto* path = value.find("path"); path && !path->is_null()) {
        auto text = read_text(*path);
        if (!text || !text->starts_with('/') || text->find_first_of(" \t\r\n") != std::string::npos)
            return bad(*path, "needs a path that begins with / and has no spaces");
        address.path = std::move(*text);
    }
    return address;
}

Read<std::string> read_pattern(const codec::Value& value) {
    auto text = read_text(value);
    if (!text) return text;
    if (text->empty()) return bad(value, "must not be empty");
    if (const auto compiled = Pattern::compile(*text); !compiled)
        return bad(value, fmt::format("must be a regular expression: {}", compiled.error().detail));
    return text;
}

} // namespace layer_cake::home
