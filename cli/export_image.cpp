#include <cli/commands.hpp>

namespace layer_cake::cli {
namespace {

Result<int> run(Invocation&) {
    return fail(Fault::failed, "cannot export an image: this version has none");
}

} // namespace

constinit const Command export_image{
    .name = "export image",
    .words = "FILE",
    .summary = "carry a group to another machine as one file",
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
