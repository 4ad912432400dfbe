#pragma once

#include <layer_cake/home/foreign/exported.hpp>

namespace layer_cake::home::foreign {

/// The group as Kubernetes manifests, one document after the other in one file: a Deployment for each service, a Job
/// for each oneshot, a CronJob where there is a schedule, a Service for ports with numbers. A role is exported when it
/// has
///
///     x-kubernetes: {image: registry.example/shop:1, schedule: "0 3 * * *"}
///
/// What a role waits for becomes an init container that waits for its port. Fails when no role has an image.
ExportResult export_kubernetes(const Source& source, const Group& group);

} // namespace layer_cake::home::foreign
