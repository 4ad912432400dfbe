#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>
#include <layer_cake/process/python_past.hpp>

namespace layer_cake::cli {
namespace {

Result<void> import(home::Home& home) {
    if (!home.python()) return fail(Fault::failed, "it has a layer-cake.yaml");
    const auto definition = read_definition(home);
    if (!definition) return fail(definition.error());
    const auto names = role_names(*definition);
    for (const auto& name : names)
        if (home::Lock::held(home.paths().role(name) / "lock" / "head"))
            return fail(Fault::busy, fmt::format("role \"{}\" is running", name));
    for (const auto& name : names)
        if (auto past = process::take_over_past(home.paths(), name); !past) return past;
    return home.change([](codec::Value&) { return layer_cake::ok(); }); // last: until then it can be done again
}

Result<int> run(Invocation& call) {
    const auto place = home_word(call);
    if (!place) return fail(cannot("import", call.words.front(), place.error()));
    const auto path = shown(*place);
    auto home = home::Home::open(path);
    if (!home) return fail(cannot("import", path, home.error()));
    if (auto done = import(*home); !done) return fail(cannot("import", path, done.error()));
    return Exit::ok;
}

} // namespace

constinit const Command import_home{
    .name = "import home",
    .words = "[HOME]",
    .summary = "give a home that the Python library's command made a layer-cake.yaml",
    .run = run,
    .completes = "folders",
};

} // namespace layer_cake::cli
