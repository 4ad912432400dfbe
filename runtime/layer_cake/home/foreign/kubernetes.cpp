#include <chrono>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/kubernetes.hpp>
#include <layer_cake/home/foreign/kubernetes_pod.hpp>

namespace layer_cake::home::foreign {
namespace {

using codec::Array;
using codec::Object;
using codec::Value;

constexpr std::string_view no_limit = "a pod is limited by its resources: write them into the manifest";

constexpr ExportKey role_keys[] = {
    {"arguments"},
    {"command"},
    {"depends_on"},
    {"env_file"},
    {"environment"},
    {"executable"},
    {"liveness"},
    {"ports"},
    {"readiness"},
    {"ready"},
    {"replicas"},
    {"restart"},
    {"settings"},
    {"shutdown"},
    {"type"},
    {"user"},
    {"working_dir"},
    {"description", "a manifest has no descriptions"},
    {"limits", no_limit},
    {"log", "the cluster has what pods write"},
    {"protocol", "a worker needs its pool, which is layer-cake's"},
    {"replica_start", "pods have no numbers"},
    {"umask", "it is the image's"},
    {"watchdog", "pods are asked by probes only"},
};
constexpr ExportKey group_keys[] = {
    {"env_file"},
    {"environment"},
    {"include"},
    {"name"},
    {"restart"},
    {"retry"},
    {"shutdown"},
    {"working_dir"},
    {"http", "it is layer-cake's own: put an Ingress before the Services"},
    {"log", "the cluster has what pods write"},
    {"main_role", "the end of a pod does not end the others"},
    {"pools", "they are layer-cake's own: let a Service share the load"},
};

/// One role as its manifests.
class Manifests {
public:
    Manifests(Export& out, const Role& role, int replicas, const PodNames& names)
        : out_(out), role_(role), replicas_(replicas), names_(names) {}

    std::vector<Value> write() {
        const auto& given = *out_.written(role_).find("x-kubernetes");
        const auto* schedule = given.find("schedule");
        std::vector<Value> documents;
        if (schedule && schedule->scalar_text())
            documents.push_back(cron_job(*schedule->scalar_text()));
        else if (role_.type == Role::Type::oneshot)
            documents.push_back(document("batch/v1", "Job", job_spec()));
        else
            documents.push_back(document("apps/v1", "Deployment", deployment_spec()));
        if (auto spec = service_spec()) documents.push_back(document("v1", "Service", std::move(*spec)));
        return documents;
    }

private:
    Value labels() const {
        Object labels{{"app.kubernetes.io/name", names_.of(role_.base)}};
        if (!out_.group().name.empty())
            labels.emplace_back("app.kubernetes.io/part-of", cluster_name(out_.group().name));
        return labels;
    }
    Value document(const char* version, const char* kind, Value spec) const {
        return Object{{"apiVersion", version},
                      {"kind", kind},
                      {"metadata", Object{{"name", names_.of(role_.base)}, {"labels", labels()}}},
                      {"spec", std::move(spec)}};
    }
    Value pod(const char* restart) {
        auto spec = pod_spec(out_, role_, names_);
        if (restart) spec.set("restartPolicy", restart);
        return Object{{"metadata", Object{{"labels", labels()}}}, {"spec", std::move(spec)}};
    }
    Value deployment_spec() {
        if (role_.restart.policy != RestartRules::Policy::always)
            out_.translated(role_, "restart", "a Deployment always restarts its pods");
        return Object{{"replicas", replicas_},
                      {"selector", Object{{"matchLabels", Object{{"app.kubernetes.io/name", names_.of(role_.base)}}}}},
                      {"template", pod(nullptr)}};
    }
    Value job_spec() {
        const bool restarts = role_.restart.policy != RestartRules::Policy::no;
        Object spec{{"backoffLimit", restarts ? role_.restart.step_limit.value_or(6) : 0}};
        if (replicas_ > 1) {
            spec.emplace_back("completions", replicas_);
            spec.emplace_back("parallelism", replicas_);
        }
        spec.emplace_back("template", pod(restarts ? "OnFailure" : "Never"));
        return spec;
    }
    Value cron_job(const std::string& schedule) {
        return document("batch/v1", "CronJob",
                        Object{{"schedule", schedule},
                               {"concurrencyPolicy", "Forbid"},
                               {"jobTemplate", Object{{"spec", job_spec()}}}});
    }
    std::optional<Value> service_spec() {
        Array ports;
        for (const auto& port : role_.ports)
            if (port.number != 0) ports.push_back(Object{{"name", port_name(port.name)}, {"port", int(port.number)}});
        if (ports.empty()) return std::nullopt;
        return Object{{"selector", Object{{"app.kubernetes.io/name", names_.of(role_.base)}}},
                      {"ports", std::move(ports)}};
    }

    Export& out_;
    const Role& role_;
    int replicas_;
    const PodNames& names_;
};

} // namespace

ExportResult export_kubernetes(const Source& source, const Group& group) {
    Export out(source, group);
    out.note_keys(role_keys, group_keys);
    PodNames names;
    for (const auto& [role, replicas] : out.roles()) {
        const auto* given = out.written(*role).find("x-kubernetes");
        const auto* image = given ? given->find("image") : nullptr;
        if (!image || !image->string() || image->string()->empty())
            out.not_carried(*role, "", "it has no x-kubernetes: {image: ...}");
        else if (!names.add(*role))
            out.refuse(out.mark(*role, ""),
                       fmt::format("two roles have the name \"{}\" in a cluster", cluster_name(role->base)));
    }
    if (names.empty() && !group.roles.empty())
        out.refuse({}, "no role has an image: write x-kubernetes: {image: NAME} into those that are to be exported");
    std::string text;
    for (const auto& [role, replicas] : out.roles())
        if (names.has(role->base))
            for (const auto& document : Manifests(out, *role, replicas, names).write())
                text += (text.empty() ? "" : "---\n") + codec::write_yaml(document);
    return std::move(out).finish({{"kubernetes.yaml", std::move(text)}});
}

} // namespace layer_cake::home::foreign
