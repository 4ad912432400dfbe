#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/supervise/control_server.hpp>
#include <layer_cake/supervise/metrics.hpp>
#include <layer_cake/supervise/rolling_restart.hpp>

namespace layer_cake::supervise {

using codec::Object;
using codec::Value;

namespace {

const net::Headers json_headers = {{"Content-Type", "application/json"}};
const net::Headers lines_headers = {{"Content-Type", "application/x-ndjson"}};

void answer_json(net::HttpAnswer& answer, int status, const Value& value) {
    answer.send({status, json_headers, codec::write_json(value) + "\n"});
}

/// What a command's body may say: {"roles": [...], "dependencies": bool, "kill": bool, "dry_run": bool, "definition":
/// {...}}.
struct Order {
    std::vector<std::string> roles;
    bool all = true, dependencies = true, kill = false, dry_run = false, rolling = false;
    std::optional<Value> definition;
};

Result<Order> read_order(const std::string& body) {
    Order order;
    if (body.empty()) return order;
    auto value = codec::parse_json(body);
    if (!value) return fail(value.error());
    if (!value->object()) return fail(Fault::invalid, "the body must be an object");
    for (const auto& [name, member, mark] : *value->object()) {
        if (name == "roles" && member.array()) {
            order.all = false;
            for (const auto& role : *member.array()) {
                if (!role.string()) return fail(Fault::invalid, "\"roles\" must be a list of names");
                order.roles.push_back(*role.string());
            }
        } else if (name == "dependencies" && member.boolean()) {
            order.dependencies = *member.boolean();
        } else if (name == "kill" && member.boolean()) {
            order.kill = *member.boolean();
        } else if (name == "rolling" && member.boolean()) {
            order.rolling = *member.boolean();
        } else if (name == "dry_run" && member.boolean()) {
            order.dry_run = *member.boolean();
        } else if (name == "definition" && member.object()) {
            order.definition = member;
        } else {
            return fail(Fault::invalid, fmt::format("\"{}\" is not known, or not of its kind", name));
        }
    }
    if (order.definition && !order.dry_run)
        return fail(Fault::invalid, "\"definition\" is for a dry run: the home's own is applied");
    return order;
}

bool says(const net::HttpRequest& request, const char* flag) {
    const auto query = request.query();
    return std::find(query.begin(), query.end(), std::pair<std::string, std::string>(flag, "true")) != query.end();
}

Value error_value(const Error& error) {
    return Object{{"error", Object{{"fault", fault_name(error.fault)}, {"detail", error.detail}}}};
}

Value names_value(const std::vector<std::string>& names) {
    codec::Array array;
    for (const auto& name : names)
        array.emplace_back(name);
    return array;
}

Value to_json(const Changes& changes) {
    Value keys = Object{};
    for (const auto& [name, differing] : changes.keys)
        keys.set(name, names_value(differing));
    return Object{{"added", names_value(changes.added)},
                  {"removed", names_value(changes.removed)},
                  {"changed", names_value(changes.changed)},
                  {"updated", names_value(changes.updated)},
                  {"keys", std::move(keys)},
                  {"endpoint", names_value(changes.endpoint)}};
}

} // namespace

void refuse(net::HttpAnswer& answer, const Error& error) {
    static constexpr std::pair<Fault, int> statuses[] = {
        {Fault::invalid, 400}, {Fault::missing, 404},   {Fault::not_running, 409},
        {Fault::busy, 409},    {Fault::timed_out, 504},
    };
    int status = 500;
    for (const auto& [fault, fitting] : statuses)
        if (fault == error.fault) status = fitting;
    answer_json(answer, status, error_value(error));
}

Result<std::unique_ptr<ControlServer>> ControlServer::listen(Loop& loop, const home::Paths& paths) {
    std::unique_ptr<ControlServer> control(new ControlServer(loop, paths));
    if (auto listening = control->listen_again(); !listening) return fail(std::move(listening).error());
    return control;
}

Result<void> ControlServer::listen_again() {
    auto server = net::HttpServer::listen(
        loop_, net::Endpoint{paths_.control().string()}, {.body_bytes = longest_body},
        [this](net::HttpRequest request, Answer answer) { handle(request, std::move(answer)); });
    if (!server) return fail(std::move(server).error());
    if (server_) former_.push_back(std::move(server_));
    server_ = std::move(*server);
    return ok();
}

void ControlServer::handle(const net::HttpRequest& request, Answer answer) {
    struct Route {
        std::string_view method, path;
    };
    static constexpr Route routes[] = {{"GET", "/status"},  {"GET", "/events"},   {"GET", "/log"},
                                       {"GET", "/metrics"}, {"GET", "/pools"},    {"POST", "/start"},
                                       {"POST", "/stop"},   {"POST", "/restart"}, {"POST", "/reload"},
                                       {"POST", "/flush"},  {"POST", "/shutdown"}};
    const std::string path = request.path();
    const auto* route =
        std::find_if(std::begin(routes), std::end(routes), [&](const Route& row) { return row.path == path; });
    if (route == std::end(routes)) return refuse(*answer, {Fault::missing, fmt::format("no such route \"{}\"", path)});
    const bool head = request.method == "HEAD" && route->method == "GET";
    if (request.method != route->method && !head)
        return answer->send(
            {405,
             {{"Allow", std::string(route->method)}, {"Content-Type", "application/json"}},
             codec::write_json(error_value({Fault::invalid, fmt::format("\"{}\" takes {}", path, route->method)})) +
                 "\n"});
    if (!supervisor_) return refuse(*answer, {Fault::not_running, "the group is starting"});
    served_();
    if (path == "/status") return answer_json(*answer, 200, to_json(supervisor_->status(says(request, "usage"))));
    if (path == "/pools") return pools(*answer);
    if (path == "/events") return events(answer, says(request, "brief"));
    if (path == "/log") return log(request, answer);
    if (path == "/metrics") return metrics(*answer);
    if (path == "/flush") return flush(request, answer);
    command(path, request, answer);
}

void ControlServer::metrics(net::HttpAnswer& answer) const {
    const auto status = supervisor_->status(true);
    answer.send({200,
                 {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
                 metrics_text(status) + pool_metrics(status.pools)});
}

void ControlServer::flush(const net::HttpRequest& request, const Answer& answer) {
    const auto order = read_order(request.body);
    if (!order) return refuse(*answer, order.error());
    const auto names = supervisor_->instances(order->roles);
    if (!names) return refuse(*answer, names.error());
    supervisor_->flush_logs(*names, [answer] { answer_json(*answer, 200, Object{}); });
}

void ControlServer::command(const std::string& path, const net::HttpRequest& request, const Answer& answer) {
    auto order = read_order(request.body);
    if (!order) return refuse(*answer, order.error());
    if (path == "/shutdown") {
        pending_.push_back({answer, [] { return false; },
                            [this, answer] {
                                answer_json(*answer, 200, Object{{"returned", supervisor_->result().to_json()}});
                            }});
        return supervisor_->shutdown(order->kill);
    }
    if (supervisor_->stopping()) return refuse(*answer, {Fault::not_running, "the group is stopping"});
    if (!order->all && order->roles.empty()) return answer_json(*answer, 200, to_json(supervisor_->status()));
    if (path == "/reload") {
        if (!order->dry_run) return reload(order->roles, answer);
        auto changes = supervisor_->preview(order->roles, order->definition ? &*order->definition : nullptr);
        return changes ? answer_json(*answer, 200, to_json(*changes)) : refuse(*answer, changes.error());
    }
    std::vector<std::string> names;
    if (path == "/stop") {
        auto found = supervisor_->instances(order->roles);
        if (!found) return refuse(*answer, found.error());
        names = std::move(*found);
        supervisor_->stop(names, order->kill);
        return when_settled(
            names, [](const RoleProcess& role) { return role.settled(); }, answer);
    }
    const auto launched = [](const RoleProcess& role) { return !role.waiting() && !role.alive(); };
    if (path == "/start") {
        auto started = supervisor_->start_as_defined(order->roles, order->dependencies);
        if (!started) return refuse(*answer, started.error());
        return when_settled(
            *started,
            [launched](const RoleProcess& role) {
                return launched(role) || role.state() == State::starting || role.state() == State::running;
            },
            answer);
    }
    if (order->rolling) return roll(order->roles, answer);
    std::map<std::string, int, std::less<>> lives;
    for (const auto& role : supervisor_->group().roles)
        lives[role.name] = supervisor_->find(role.name)->lives();
    auto restarted = supervisor_->restart_as_defined(order->roles, order->kill);
    if (!restarted) return refuse(*answer, restarted.error());
    when_settled(
        *restarted,
        [lives, launched](const RoleProcess& role) {
            const auto before = lives.find(role.name());
            return role.lives() > (before == lives.end() ? 0 : before->second) || launched(role);
        },
        answer);
}

void ControlServer::pools(net::HttpAnswer& answer) const {
    codec::Array all;
    for (const auto& pool : supervisor_->status().pools)
        all.push_back(to_json(pool));
    answer_json(answer, 200, Object{{"schema", "layer-cake.pools/1"}, {"pools", std::move(all)}});
}

void ControlServer::roll(const std::vector<std::string>& roles, const Answer& answer) {
    auto names = supervisor_->instances(roles);
    if (!names) return refuse(*answer, names.error());
    auto rolling = std::make_shared<RollingRestart>(loop_, *supervisor_, std::move(*names));
    pending_.push_back({answer, [rolling] { return rolling->advance(); },
                        [this, answer, rolling] {
                            if (rolling->error()) return refuse(*answer, *rolling->error());
                            answer_json(*answer, 200, to_json(supervisor_->status()));
                        }});
    supervisor_->settle();
}

void ControlServer::reload(const std::vector<std::string>& roles, const Answer& answer) {
    auto changes = supervisor_->reload(roles);
    if (!changes) return refuse(*answer, changes.error());
    Value told = to_json(*changes);
    auto touched = changes->added;
    touched.insert(touched.end(), changes->changed.begin(), changes->changed.end());
    auto removed = changes->removed;
    pending_.push_back({answer,
                        [this, touched, removed] {
                            return std::none_of(removed.begin(), removed.end(),
                                                [&](const auto& name) { return supervisor_->find(name); }) &&
                                   std::all_of(touched.begin(), touched.end(), [&](const auto& name) {
                                       const auto* role = supervisor_->find(name);
                                       return !role || (role->state() != State::stopping && !role->waiting());
                                   });
                        },
                        [answer, told] { answer_json(*answer, 200, told); }});
    supervisor_->settle();
}

void ControlServer::when_settled(std::vector<std::string> names, std::function<bool(const RoleProcess&)> done,
                                 Answer answer) {
    pending_.push_back({answer,
                        [this, names = std::move(names), done = std::move(done)] {
                            return std::all_of(names.begin(), names.end(), [&](const auto& name) {
                                const auto* role = supervisor_->find(name);
                                return !role || done(*role);
                            });
                        },
                        [this, answer] { answer_json(*answer, 200, to_json(supervisor_->status())); }});
    supervisor_->settle();
}

void ControlServer::settled() {
    for (std::size_t i = 0; i < pending_.size();) {
        if (!pending_[i].done()) {
            ++i;
            continue;
        }
        auto answer = std::move(pending_[i].answer);
        pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
        answer();
        served_();
    }
}

void ControlServer::events(const Answer& answer, bool brief) {
    if (streams_.size() >= streams_limit) return refuse(*answer, {Fault::busy, "too many event streams"});
    answer->begin(200, lines_headers);
    const auto status = supervisor_->status();
    stream(answer, R"({"event":"snapshot","status":)" +
                       codec::write_json(brief ? to_brief_json(status) : to_json(status)) + "}\n");
    streams_.push_back({answer, brief});
}

void ControlServer::stream(const Answer& to, const std::string& line) {
    if (!to->gone()) to->write(line);
}

void ControlServer::changed(std::span<RoleProcess* const> roles, std::uint64_t changes) {
    std::string whole, brief; // made when somebody listens
    for (auto& [to, is_brief] : streams_) {
        auto& lines = is_brief ? brief : whole;
        if (lines.empty())
            for (const auto* role : roles) {
                const auto status = role->status();
                lines += fmt::format(R"({{"event":"role","changes":{},"role":)", changes);
                lines += codec::write_json(is_brief ? to_brief_json(status) : to_json(status));
                lines += "}\n";
            }
        stream(to, lines);
        if (to->unsent() > stream_limit) to->end(); // who does not read is let go, and may ask again
    }
    std::erase_if(streams_, [](const auto& stream) { return stream.to->gone() || stream.to->unsent() > stream_limit; });
}

void ControlServer::ended(const home::Ended& result) {
    server_->stop_accepting();
    for (const auto& former : former_)
        former->stop_accepting();
    const std::string line = codec::write_json(Object{{"event", "end"}, {"returned", result.to_json()}}) + "\n";
    for (auto& each : std::exchange(streams_, {})) {
        stream(each.to, line);
        each.to->end();
        last_.push_back(std::move(each.to));
    }
    logs_.clear();
    for (auto& pending : std::exchange(pending_, {})) {
        pending.answer();
        last_.push_back(std::move(pending.to));
    }
}

bool ControlServer::flushed() const {
    return std::all_of(last_.begin(), last_.end(), [](const Answer& to) { return to->unsent() == 0; });
}

} // namespace layer_cake::supervise
