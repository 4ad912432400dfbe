#include <cli/commands.hpp>

namespace layer_cake::cli {
namespace {

Result<int> run(Invocation&) {
    return fail(Fault::failed, "cannot import an image: this version has none");
}

} // namespace

constinit const Command import_image{
    .name = "import image",
    .words = "FILE",
    .summary = "make a home of an image",
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
