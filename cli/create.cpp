#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/output.hpp>
#include <cli/role_words.hpp>

namespace layer_cake::cli {
namespace {

Result<int> run(Invocation& call) {
    const auto place = home_word(call);
    if (!place) return fail(cannot("create", call.words.front(), place.error()));
    const auto path = shown(*place);
    const auto wrong = [&](Error error) { return fail(cannot("create", path, std::move(error))); };

    const auto settings = read_settings(call.remainder, home::group_keys());
    if (!settings) return wrong(settings.error());
    codec::Value definition = codec::Object{};
    for (const auto& setting : *settings) {
        if (setting.path.front() == "roles")
            return wrong({Fault::invalid, "roles are added one by one (\"layer-cake add\", or \"up\" of a file)"});
        if (auto done = apply(setting, definition); !done) return wrong(done.error());
    }

    if (auto made = home::Home::create(path, definition); !made) return wrong(std::move(made).error());
    return Exit::ok;
}

} // namespace

constinit const Command create_command{
    .name = "create",
    .words = "[HOME] [--KEY=VALUE...]",
    .summary = "make a home: a folder for a group and what it leaves behind",
    .run = run,
    .takes_remainder = true,
    .remainder_keys = "group",
    .completes = "folders",
};

} // namespace layer_cake::cli
