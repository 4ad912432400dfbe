#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/pool_check.hpp>
#include <layer_cake/net/endpoint.hpp>
#include <layer_cake/net/http_text.hpp>
#include <layer_cake/supervise/endpoint_answer.hpp>
#include <layer_cake/supervise/line_worker.hpp>
#include <layer_cake/supervise/object_worker.hpp>
#include <layer_cake/supervise/pools.hpp>
#include <layer_cake/supervise/proxy_worker.hpp>

namespace layer_cake::supervise {
namespace {

net::HttpServer::Limits limits_of(const home::HttpRules& rules, const net::Endpoint& endpoint) {
    net::HttpServer::Limits limits;
    limits.hosts = rules.hosts;
    if (rules.hosts.empty() && !net::is_loopback(endpoint)) limits.hosts = {"*"};
    limits.header_bytes = rules.max_header;
    limits.body_bytes = rules.max_body;
    limits.connections = static_cast<std::size_t>(rules.connections);
    limits.header_time = rules.header_timeout;
    limits.idle_time = rules.idle_timeout;
    return limits;
}

bool lets(const home::Route& route, const std::string& method) {
    const auto& methods = route.methods;
    const auto has = [&](std::string_view one) {
        return std::find(methods.begin(), methods.end(), one) != methods.end();
    };
    return has(method) || (method == "HEAD" && has("GET"));
}

} // namespace

Result<void> Pools::listen(const home::Group& group) {
    if (!group.http) {
        server_.reset();
    } else {
        const auto& listen = group.http->listen;
        const net::Endpoint endpoint{{}, listen.host, listen.port};
        auto limits = limits_of(*group.http, endpoint);
        if (server_ && http_->listen == listen) {
            server_->set_limits(std::move(limits));
        } else {
            auto opened =
                net::HttpServer::listen(context_.loop, endpoint, std::move(limits),
                                        [this](net::HttpRequest request, std::shared_ptr<net::HttpAnswer> answer) {
                                            handle(std::move(request), std::move(answer));
                                        });
            if (!opened) return fail(Fault::failed, "http: " + opened.error().detail);
            server_ = std::move(*opened);
        }
    }
    http_ = group.http;
    return ok();
}

Result<void> Pools::join_bus(const home::Group& group) {
    if (group.nats == bus_rules_) return ok();
    std::unique_ptr<BusBridge> bus;
    if (group.nats) {
        auto opened = BusBridge::open(
            context_.loop, group.name, *group.nats,
            [this](const std::string& pool, net::HttpRequest request, std::shared_ptr<net::HttpAnswer> answer) {
                pools_.at(pool)->take(std::move(request), std::move(answer));
            });
        if (!opened) return fail(std::move(opened).error());
        bus = std::move(*opened);
    }
    bus_ = std::move(bus);
    bus_rules_ = group.nats;
    return ok();
}

Result<void> Pools::apply(const home::Group& group) {
    if (auto joined = join_bus(group); !joined) return joined;
    if (auto listens = listen(group); !listens) return listens;
    for (auto it = pools_.begin(); it != pools_.end();) {
        if (group.find_pool(it->first)) {
            ++it;
            continue;
        }
        it->second->shut();
        it = pools_.erase(it);
    }
    by_role_.clear();
    for (const auto& rules : group.pools) {
        auto& pool = pools_[rules.name];
        if (pool && pool->rules().role != rules.role) {
            pool->shut();
            pool.reset();
        }
        if (!pool)
            add(rules);
        else if (pool->rules() != rules)
            pool->update(rules);
        by_role_.emplace(rules.role, pools_.at(rules.name).get());
    }
    return ok();
}

void Pools::add(const home::PoolRules& rules) {
    Pool::Events events;
    events.replace = [this](const std::string& name, std::string why) {
        if (auto* role = context_.find(name)) role->replace(std::move(why));
    };
    events.proven = [this](const std::string& name) {
        if (auto* role = context_.find(name)) role->prove();
        context_.settle();
    };
    events.idle = [this] { context_.settle(); };
    pools_[rules.name] = std::make_unique<Pool>(context_.loop, context_.clock, rules, std::move(events));
}

void Pools::handle(net::HttpRequest request, std::shared_ptr<net::HttpAnswer> answer) {
    const auto path = request.path();
    const home::Route* chosen = nullptr;
    std::size_t most = 0;
    std::string allowed;
    for (const auto& route : http_->routes) {
        const auto [fits, length] = home::fit(route.path, path);
        if (!fits || (chosen && length < most)) continue;
        if (lets(route, request.method)) {
            chosen = &route;
            most = length;
        } else if (!chosen) {
            for (const auto& method : route.methods)
                if (!net::lists(allowed, method)) allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", method);
        }
    }
    if (!chosen && allowed.empty())
        return answer->send(
            endpoint_refusal(404, "missing", fmt::format("no route \"{}\"", terminal_safe(path.substr(0, 200)))));
    if (!chosen) {
        auto response = endpoint_refusal(405, "invalid", fmt::format("this path takes {}", allowed));
        response.headers.emplace_back("Allow", allowed);
        return answer->send(std::move(response));
    }
    pools_.at(chosen->pool)->take(std::move(request), std::move(answer));
}

std::unique_ptr<PoolWorker> Pools::make_worker(RoleProcess& role, PoolWorker::Events events) {
    if (role.role().protocol == home::Protocol::http)
        return std::make_unique<ProxyWorker>(context_.loop, role.port("http"), std::move(events));
    if (role.role().protocol == home::Protocol::objects)
        return std::make_unique<ObjectWorker>(context_.loop, role.take_pipes().to,
                                              ObjectMessages::read(role.executable()), std::move(events));
    return std::make_unique<LineWorker>(context_.loop, role.take_pipes(), std::move(events));
}

void Pools::look_at(std::span<RoleProcess* const> roles) {
    if (pools_.empty()) return;
    drop_removed();
    for (auto* role : roles) {
        const auto found = by_role_.find(role->role().base);
        if (found == by_role_.end()) continue;
        auto& pool = *found->second;
        const auto& name = role->name();
        const bool here = pool.has(name, role->lives());
        const bool up = role->pid() != 0;
        if (!up || !here) pool.left(name);
        const bool wanted = up && role->ready() && !role->stop_asked() && role->state() == State::running;
        if (wanted && !here) {
            if (role->can_work())
                pool.join(name, role->lives(), make_worker(*role, pool.events_for(name, role->lives())));
        } else if (wanted && !pool.serving(name)) {
            pool.come_back(name);
        } else if (!wanted && up) {
            pool.withdraw(name);
        }
        const auto state = role->state();
        const bool due = !wanted && (state == State::waiting || state == State::starting || role->comes_back());
        if (due) pool.expect(context_.clock.now());
    }
}

/// Workers whose roles were removed from the group with the end of their processes.
void Pools::drop_removed() {
    for (const auto& [name, pool] : pools_)
        for (const auto& worker : pool->workers())
            if (!context_.find(worker)) pool->left(worker);
}

bool Pools::finished(const RoleProcess& role) const {
    const auto found = by_role_.find(role.role().base);
    return found == by_role_.end() || !found->second->working(role.name());
}

std::vector<pool::PoolStatus> Pools::status() const {
    std::vector<pool::PoolStatus> all;
    for (const auto& [name, pool] : pools_)
        all.push_back(pool->status());
    return all;
}

void Pools::stop() {
    for (const auto& [name, pool] : pools_)
        pool->shut();
    if (server_) server_->stop_accepting();
    bus_.reset();
}

} // namespace layer_cake::supervise
