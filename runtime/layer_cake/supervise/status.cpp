#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/supervise/status.hpp>
#include <utility>

namespace layer_cake::supervise {
namespace {

using codec::Object;
using codec::Value;

constexpr std::array<std::string_view, 8> state_names = {"waiting",  "starting", "running",   "backoff",
                                                         "stopping", "stopped",  "completed", "failed"};

Value text_or_null(const std::string& text) {
    return text.empty() ? Value() : Value(text);
}
Value pid_or_null(int pid) {
    return pid == 0 ? Value() : Value(pid);
}
Value time_or_null(const std::optional<WallTime>& time) {
    return time ? Value(format_time(*time)) : Value();
}

/// Adds to an object by moving; an initializer list would copy all of it.
struct Members {
    explicit Members(std::size_t count) { object.reserve(count); }
    void add(const char* name, Value value) { object.emplace_back(name, std::move(value)); }
    Object object;
};

/// Reads members of one object, keeping the first thing that is wrong. What is absent or null keeps its default.
class Reader {
public:
    Reader(const Value& object, std::string where) : object_(object), where_(std::move(where)) {
        if (!object.object()) wrong_ = fmt::format("{} is not an object", where_);
    }

    const Value* member(std::string_view name) {
        const auto* value = object_.find(name);
        return value && !value->is_null() ? value : nullptr;
    }
    void text(std::string_view name, std::string& to) {
        if (const auto* value = member(name)) {
            if (const auto* text = value->string())
                to = *text;
            else
                refuse(name, "text");
        }
    }
    void flag(std::string_view name, bool& to) {
        if (const auto* value = member(name)) {
            if (const auto flag = value->boolean())
                to = *flag;
            else
                refuse(name, "true or false");
        }
    }
    template <class Integer>
    void number(std::string_view name, Integer& to) {
        if (const auto* value = member(name)) {
            const auto number = value->integer();
            if (number && std::in_range<Integer>(*number))
                to = static_cast<Integer>(*number);
            else
                refuse(name, "a whole number");
        }
    }
    void seconds(std::string_view name, Duration& to) {
        if (const auto* value = member(name)) {
            const auto number = value->real();
            if (number && *number >= 0 && *number < 1e9)
                to = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*number));
            else
                refuse(name, "a number of seconds");
        }
    }
    void number(std::string_view name, std::optional<int>& to) {
        if (!member(name)) return;
        to.emplace();
        number(name, *to);
    }
    void time(std::string_view name, std::optional<WallTime>& to) {
        std::string text_of;
        text(name, text_of);
        if (text_of.empty()) return;
        if (auto read = parse_time(text_of))
            to = *read;
        else
            refuse(name, "a time");
    }
    void refuse(std::string_view name, std::string_view kind) {
        if (wrong_.empty()) wrong_ = fmt::format("\"{}\" of {} is not {}", name, where_, kind);
    }
    void keep(const Result<void>& result) {
        if (!result && wrong_.empty()) wrong_ = result.error().detail;
    }
    Result<void> result() const {
        if (wrong_.empty()) return ok();
        return fail(Fault::invalid, wrong_);
    }

private:
    const Value& object_;
    std::string where_;
    std::string wrong_;
};

Result<void> read_end(const Value& value, home::Ended& to) {
    using How = home::Ended::How;
    Reader reader(value, "an end");
    std::string kind = "exited";
    reader.text("kind", kind);
    reader.text("detail", to.detail);
    if (kind == "exited")
        to.how = How::exited;
    else if (kind == "signaled")
        to.how = How::signaled;
    else if (kind == "not_started")
        to.how = How::not_started;
    else if (kind == "lost")
        to.how = How::lost;
    else
        reader.refuse("kind", "known");
    reader.number("code", to.code);
    if (const auto* signal = reader.member("signal")) {
        auto text = signal->scalar_text().value_or("");
        if (text.rfind("signal ", 0) == 0) text.erase(0, 7); // one without a name
        if (const int number = signal_number(text))
            to.code = number;
        else
            reader.refuse("signal", "a signal");
    }
    return reader.result();
}

Result<void> read_role(const Value& value, RoleStatus& to) {
    Reader reader(value, "a process");
    reader.text("name", to.name);
    reader.text("role", to.role);
    reader.number("index", to.index);
    std::string state;
    reader.text("state", state);
    const auto named = std::find(state_names.begin(), state_names.end(), state);
    if (named == state_names.end())
        reader.refuse("state", "known");
    else
        to.state = static_cast<State>(named - state_names.begin());
    reader.flag("ready", to.ready);
    reader.text("health", to.health);
    reader.number("pid", to.pid);
    reader.time("started_at", to.started_at);
    reader.time("stopped_at", to.stopped_at);
    if (const auto* restarts = reader.member("restarts")) {
        Reader inner(*restarts, "\"restarts\"");
        inner.number("total", to.restarts);
        inner.number("in_window", to.restarts_in_window);
        inner.number("max", to.restarts_max);
        inner.time("next_at", to.next_start_at);
        reader.keep(inner.result());
    }
    if (const auto* end = reader.member("last_exit")) reader.keep(read_end(*end, to.last_end.emplace()));
    if (const auto* waiting = reader.member("waiting_for"); waiting && waiting->array())
        for (const auto& entry : *waiting->array())
            if (const auto* text = entry.string()) to.waiting_for.push_back(*text);
    reader.text("reason", to.reason);
    reader.text("status_text", to.status_text);
    if (const auto* log = reader.member("log")) {
        Reader inner(*log, "\"log\"");
        inner.number("dropped_lines", to.log_dropped_lines);
        inner.flag("paused", to.log_paused);
        reader.keep(inner.result());
    }
    if (const auto* usage = reader.member("usage")) {
        Reader inner(*usage, "\"usage\"");
        inner.seconds("cpu_seconds", to.usage.emplace().cpu);
        inner.number("memory_bytes", to.usage->memory);
        inner.number("processes", to.usage->processes);
        reader.keep(inner.result());
    }
    return reader.result();
}

/// All but the pools.
template <class RoleJson>
Members whole(const GroupStatus& group, RoleJson role_json) {
    codec::Array roles;
    roles.reserve(group.roles.size());
    for (const auto& role : group.roles)
        roles.push_back(role_json(role));
    Members facts(7);
    facts.add("name", text_or_null(group.name));
    facts.add("pid", pid_or_null(group.pid));
    facts.add("state", group.state);
    facts.add("guarded", group.guarded);
    facts.add("since", time_or_null(group.since));
    facts.add("changes", group.changes);
    facts.add("main_role", text_or_null(group.main_role));
    Members all(5);
    all.add("schema", "layer-cake.status/1");
    all.add("home", group.home);
    all.add("group", std::move(facts.object));
    all.add("processes", std::move(roles));
    return all;
}

} // namespace

std::string_view state_name(State state) {
    return state_names[static_cast<std::size_t>(state)];
}

Value to_json(const Usage& usage) {
    Members all(3);
    all.add("cpu_seconds", std::chrono::duration<double>(usage.cpu).count());
    all.add("memory_bytes", usage.memory);
    all.add("processes", usage.processes);
    return std::move(all.object);
}

Value to_json(const RoleStatus& role) {
    Members restarts(4);
    restarts.add("total", role.restarts);
    restarts.add("in_window", role.restarts_in_window);
    restarts.add("max", role.restarts_max ? Value(*role.restarts_max) : Value());
    restarts.add("next_at", time_or_null(role.next_start_at));
    Members log(2);
    log.add("dropped_lines", role.log_dropped_lines);
    log.add("paused", role.log_paused);
    Members all(16);
    all.add("name", role.name);
    all.add("role", role.role);
    all.add("index", role.index < 0 ? Value() : Value(role.index));
    all.add("state", state_name(role.state));
    all.add("ready", role.ready);
    all.add("health", role.health);
    all.add("pid", pid_or_null(role.pid));
    all.add("started_at", time_or_null(role.started_at));
    all.add("stopped_at", time_or_null(role.stopped_at));
    all.add("restarts", std::move(restarts.object));
    all.add("last_exit", role.last_end ? role.last_end->to_json() : Value());
    all.add("waiting_for", codec::Array(role.waiting_for.begin(), role.waiting_for.end()));
    all.add("reason", text_or_null(role.reason));
    all.add("status_text", text_or_null(role.status_text));
    all.add("log", std::move(log.object));
    all.add("usage", role.usage ? to_json(*role.usage) : Value());
    return std::move(all.object);
}

Value to_brief_json(const RoleStatus& role) {
    Members all(7);
    all.add("name", role.name);
    all.add("state", state_name(role.state));
    if (role.ready) all.add("ready", true);
    if (role.health != "unknown") all.add("health", role.health);
    if (role.last_end) all.add("last_exit", role.last_end->to_json());
    if (!role.waiting_for.empty())
        all.add("waiting_for", codec::Array(role.waiting_for.begin(), role.waiting_for.end()));
    if (!role.reason.empty()) all.add("reason", role.reason);
    return std::move(all.object);
}

Value to_json(const GroupStatus& group) {
    auto all = whole(group, [](const RoleStatus& role) { return to_json(role); });
    codec::Array pools;
    for (const auto& pool : group.pools)
        pools.push_back(to_json(pool));
    all.add("pools", std::move(pools));
    return std::move(all.object);
}

Value to_brief_json(const GroupStatus& group) {
    return whole(group, [](const RoleStatus& role) { return to_brief_json(role); }).object;
}

Result<RoleStatus> role_status_from_json(const Value& value) {
    RoleStatus role;
    if (auto read = read_role(value, role); !read) return fail(std::move(read).error());
    return role;
}

Result<GroupStatus> group_status_from_json(const Value& value) {
    GroupStatus group;
    Reader reader(value, "the status");
    std::string schema;
    reader.text("schema", schema);
    if (value.object() && schema != "layer-cake.status/1")
        return fail(Fault::invalid, fmt::format("a status of schema \"{}\", not \"layer-cake.status/1\"", schema));
    reader.text("home", group.home);
    if (const auto* facts = reader.member("group")) {
        Reader inner(*facts, "\"group\"");
        inner.text("name", group.name);
        inner.number("pid", group.pid);
        inner.text("state", group.state);
        inner.flag("guarded", group.guarded);
        inner.time("since", group.since);
        inner.number("changes", group.changes);
        inner.text("main_role", group.main_role);
        reader.keep(inner.result());
    }
    if (const auto* roles = reader.member("processes")) {
        if (!roles->array()) reader.refuse("processes", "a list");
        if (roles->array()) {
            group.roles.reserve(roles->array()->size());
            for (const auto& role : *roles->array())
                reader.keep(read_role(role, group.roles.emplace_back()));
        }
    }
    if (const auto* pools = reader.member("pools"); pools && pools->array())
        for (const auto& pool : *pools->array()) {
            auto read = pool::pool_status_from_json(pool);
            if (!read) return fail(std::move(read).error());
            group.pools.push_back(std::move(*read));
        }
    if (auto read = reader.result(); !read) return fail(std::move(read).error());
    return group;
}

} // namespace layer_cake::supervise
