#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/kubernetes_pod.hpp>

namespace layer_cake::home::foreign {
namespace {

using codec::Array;
using codec::Object;
using codec::Value;

Value texts(const std::vector<std::string>& words) {
    Array list;
    for (const auto& word : words) {
        // $(NAME) would be a variable of the cluster's.
        std::string text;
        for (std::size_t i = 0; i < word.size(); ++i)
            text.append(word[i] == '$' && i + 1 < word.size() && word[i + 1] == '(' ? 2 : 1, word[i]);
        list.emplace_back(std::move(text));
    }
    return list;
}

int seconds(Duration span) {
    return static_cast<int>(std::min<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(span).count(), 1'000'000));
}

int port_of(const Role& role, const Probe& probe) {
    for (const auto& port : role.ports)
        if (port.name == probe.address.named) return port.number;
    return probe.address.port;
}

class Pod {
public:
    Pod(Export& out, const Role& role, const PodNames& names) : out_(out), role_(role), names_(names) {}

    Value spec() {
        Value container{Object{{"name", names_.of(role_.base)},
                               {"image", *out_.written(role_).find("x-kubernetes")->find("image")->string()},
                               {"command", texts(role_.command)}}};
        working_dir(container);
        environment(container);
        ports(container);
        probe(container, "startupProbe", "ready", role_.ready ? &*role_.ready : nullptr);
        probe(container, "readinessProbe", "readiness", role_.readiness ? &*role_.readiness : nullptr);
        probe(container, "livenessProbe", "liveness", role_.liveness ? &*role_.liveness : nullptr);
        stopping(container);
        Value spec{Object{}};
        auto waits = init_containers();
        if (!waits.empty()) spec.set("initContainers", std::move(waits));
        spec.set("containers", Array{std::move(container)});
        spec.set("terminationGracePeriodSeconds", std::max(seconds(role_.shutdown.timeout), 1));
        user(spec);
        return spec;
    }

private:
    void working_dir(Value& container) {
        const auto* given = out_.written(role_).find("working_dir");
        if (!given || given->is_null()) return;
        container.set("workingDir", role_.working_dir);
        out_.translated(role_, "working_dir", "it is a folder of the image now");
    }
    void environment(Value& container) {
        Array variables;
        const auto add = [&](std::string name, std::string text) {
            variables.push_back(Object{{"name", std::move(name)}, {"value", std::move(text)}});
        };
        if (const auto* settings = role_.settings.object(); settings && !settings->empty())
            add("LAYER_CAKE_SETTINGS", codec::write_json(role_.settings));
        bool first = true;
        for (const auto& port : role_.ports) {
            if (port.number == 0) continue;
            auto name = "PORT_" + port.name;
            std::transform(name.begin(), name.end(), name.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
            if (std::exchange(first, false)) add("PORT", std::to_string(port.number));
            add(name, std::to_string(port.number));
        }
        for (const auto& [name, text] : role_.environment)
            add(name, text);
        if (!variables.empty()) container.set("env", std::move(variables));
    }
    void ports(Value& container) {
        Array ports;
        for (const auto& port : role_.ports) {
            if (port.number != 0)
                ports.push_back(Object{{"name", port_name(port.name)}, {"containerPort", int(port.number)}});
            else
                out_.not_carried(role_, "ports", "a pod's ports have numbers");
        }
        if (!ports.empty()) container.set("ports", std::move(ports));
    }
    void probe(Value& container, std::string_view name, std::string_view key, const Probe* probe) {
        if (!probe) return;
        Value made{Object{}};
        const int port = port_of(role_, *probe);
        if (probe->kind == Probe::Kind::exec)
            made.set("exec", Object{{"command", texts(probe->command)}});
        else if (probe->kind == Probe::Kind::tcp_socket && port != 0)
            made.set("tcpSocket", Object{{"port", port}});
        else if (probe->kind == Probe::Kind::http_get && port != 0)
            made.set("httpGet", Object{{"path", probe->path}, {"port", port}});
        else
            return out_.not_carried(role_, key, "a pod is asked by exec, tcp_socket or http_get with a number only");
        const int period = std::max(seconds(probe->period), 1);
        made.set("periodSeconds", period);
        if (key == "ready") { // one time limit for the whole start
            const int whole = probe->timeout == Duration::zero() ? 1'000'000 : seconds(probe->timeout);
            made.set("failureThreshold", std::max((whole + period - 1) / period, 1));
        } else {
            if (probe->initial_delay > Duration::zero()) made.set("initialDelaySeconds", seconds(probe->initial_delay));
            made.set("timeoutSeconds", std::max(seconds(probe->timeout), 1));
            if (key == "readiness") made.set("successThreshold", probe->success_threshold);
            made.set("failureThreshold", probe->failure_threshold);
        }
        container.set(name, std::move(made));
    }
    void stopping(Value& container) {
        const auto& rules = role_.shutdown;
        auto command = rules.command;
        command.insert(command.begin(), {"env", "LAYER_CAKE_PID=1"}); // as which a container's program runs
        if (!rules.command.empty())
            container.set("lifecycle", Object{{"preStop", Object{{"exec", Object{{"command", texts(command)}}}}}});
        if (rules.signal != 15) out_.not_carried(role_, "shutdown", "pods get SIGTERM, or the signal of their image");
    }
    /// For each role it waits for, one that goes on when its port is open.
    Array init_containers() {
        Array waits;
        for (const auto& wait : role_.depends_on) {
            if (wait.restart)
                out_.not_carried(role_, "depends_on",
                                 fmt::format("a restart of \"{}\" restarts nothing else there", wait.role));
            const auto* other = out_.group().find(wait.role);
            const auto* found = other ? names_.find(other->base) : nullptr;
            const auto port = found ? std::find_if(found->ports.begin(), found->ports.end(),
                                                   [](const Port& one) { return one.number != 0; })
                                    : std::vector<Port>::const_iterator();
            if (!found || port == found->ports.end() || wait.condition == Condition::completed) {
                out_.not_carried(role_, "depends_on",
                                 fmt::format("nothing waits for \"{}\" there: that takes a service with an image and a "
                                             "port of a fixed number",
                                             other ? other->base : wait.role));
                continue;
            }
            const auto name = names_.of(found->base);
            const auto line = fmt::format("until nc -z {} {}; do sleep 1; done", name, port->number);
            Value container{Object{{"name", cluster_name("wait-for-" + name)},
                                   {"image", "busybox:stable"},
                                   {"command", Array{"sh", "-c", line}}}};
            if (std::find(waits.begin(), waits.end(), container) == waits.end()) waits.push_back(std::move(container));
        }
        return waits;
    }
    void user(Value& spec) {
        if (role_.user.empty()) return;
        int user = 0, group = 0;
        const auto* end = role_.user.data() + role_.user.size();
        const auto read = std::from_chars(role_.user.data(), end, user);
        if (read.ec != std::errc() || (read.ptr != end && *read.ptr != ':'))
            return out_.not_carried(role_, "user", "a cluster knows users by number only");
        Value context{Object{{"runAsUser", user}}};
        if (read.ptr != end && std::from_chars(read.ptr + 1, end, group).ptr == end) context.set("runAsGroup", group);
        spec.set("securityContext", std::move(context));
    }

    Export& out_;
    const Role& role_;
    const PodNames& names_;
};

} // namespace

std::string cluster_name(std::string_view name) {
    std::string out;
    for (const char c : name.substr(0, 63)) {
        const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        out += fine ? c : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : '-';
    }
    while (!out.empty() && out.back() == '-')
        out.pop_back();
    if (out.empty() || !(out[0] >= 'a' && out[0] <= 'z'))
        out = "r" + out.substr(0, 62); // a Service begins with a letter
    return out;
}

std::string port_name(std::string_view name) {
    auto out = cluster_name(name.substr(0, 15));
    out.resize(std::min<std::size_t>(out.size(), 15));
    while (out.back() == '-')
        out.pop_back();
    return out;
}

bool PodNames::add(const Role& role) {
    if (!names_.emplace(cluster_name(role.base), &role).second) return false;
    return roles_.emplace(role.base, &role).second;
}

const Role* PodNames::find(std::string_view base) const {
    const auto found = roles_.find(base);
    return found == roles_.end() ? nullptr : found->second;
}

codec::Value pod_spec(Export& out, const Role& role, const PodNames& names) {
    return Pod(out, role, names).spec();
}

} // namespace layer_cake::home::foreign
