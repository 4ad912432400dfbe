#include <cli/commands.hpp>
#include <cli/output.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

Result<int> run(Invocation& call) {
    if (wants_json(call)) {
        print_json(call, "layer-cake.version/1", codec::Object{{"version", LAYER_CAKE_VERSION}});
    } else {
        call.out << "layer-cake " LAYER_CAKE_VERSION "\n";
    }
    return Exit::ok;
}

} // namespace

constinit const Command version_command{
    .name = "version",
    .words = "",
    .summary = "print the version",
    .run = run,
};

} // namespace layer_cake::cli
