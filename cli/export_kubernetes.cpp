#include <cli/commands.hpp>
#include <cli/foreign_file.hpp>
#include <layer_cake/home/foreign/kubernetes.hpp>

namespace layer_cake::cli {
namespace {

Result<int> run(Invocation& call) {
    const auto subject = export_subject(call);
    if (!subject) return fail(subject.error());
    return give_export(call, home::foreign::export_kubernetes(subject->source, subject->group), false);
}

} // namespace

constinit const Command export_kubernetes{
    .name = "export kubernetes",
    .words = "[FILE]",
    .summary = "write a group as Kubernetes manifests",
    .options = {&export_to, 1},
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
