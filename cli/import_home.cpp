#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/home/history.hpp>
#include <layer_cake/home/python_log.hpp>
#include <layer_cake/home/python_role.hpp>
#include <layer_cake/process/returned_file.hpp>

namespace layer_cake::cli {
namespace {

constexpr int faulty = 71;

bool is_fault(const codec::Value& returned) {
    const auto* parts = returned.array();
    return parts && parts->size() == 3 && (*parts)[1].find("condition") && (*parts)[1].find("exit_status");
}

/// The lives that are noted in the files of the role. They are of no process that anybody knows: their numbers are
/// below zero.
Result<void> import_lives(const home::Paths& paths, const std::string& name) {
    const auto role = home::read_python_role(paths.role(name));
    if (!role) return fail(role.error());
    home::History history(paths.history(name));
    const auto known = history.read(false);
    if (!known || !known->empty()) return known ? layer_cake::ok() : fail(known.error());
    int number = 0;
    for (const auto& life : role->lives) {
        --number;
        if (auto noted = history.started(life.started, number); !noted) return noted;
        if (!life.stopped) continue;
        const int status = is_fault(life.returned) ? faulty : 0;
        if (auto noted = history.ended(*life.stopped, number, {home::Ended::How::exited, status, {}}); !noted)
            return noted;
        const auto full = codec::write_json(codec::Object{{"value", life.returned}});
        if (life.returned.is_null()) continue;
        if (auto kept = process::keep_returned(paths.role(name), number, full); !kept) return kept;
    }
    return layer_cake::ok();
}

Result<void> import(home::Home& home) {
    if (!home.python()) return fail(Fault::failed, "it has a layer-cake.yaml");
    const auto definition = read_definition(home);
    if (!definition) return fail(definition.error());
    const auto names = role_names(*definition);
    for (const auto& name : names)
        if (home::Lock::held(home.paths().role(name) / "lock" / "head"))
            return fail(Fault::busy, fmt::format("role \"{}\" is running", name));
    for (const auto& name : names) {
        if (auto lives = import_lives(home.paths(), name); !lives) return lives;
        if (auto log = home::import_python_log(home.paths().logs(name)); !log) return log;
    }
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
