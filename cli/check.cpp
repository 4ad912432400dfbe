#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/output.hpp>
#include <cli/program_settings.hpp>
#include <cli/role_words.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/variable_text.hpp>
#include <layer_cake/home/schema.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "resolved", .help = "print the file with includes merged, variables replaced and paths absolute"},
    {.name = "schema", .help = "print the JSON Schema of group files, for editors"},
    {.name = "reference", .help = "print a group file with every key, explained", .initials = false},
};

using Problems = std::vector<home::Problem>;

/// Without a file, the home is meant when it is named, or when there is nothing else here.
bool checks_home(const Invocation& call) {
    if (!call.words.empty()) return false;
    return call.has("home-path") || (!is_there("layer-cake.yaml") && home::Home::open(call.home).has_value());
}

tl::expected<home::Source, Problems> load(const Invocation& call, const std::string& file) {
    if (!checks_home(call)) return home::load_source(file, home::environment_variable);
    const auto home = home::Home::open(call.home);
    if (!home) return tl::unexpected(Problems{{shown(call.home), {}, home.error().detail}});
    return home->source();
}

codec::Value to_json(const home::Problem& problem) {
    return codec::Object{{"file", problem.file},
                         {"line", static_cast<int>(problem.mark.line)},
                         {"column", static_cast<int>(problem.mark.column)},
                         {"message", problem.message}};
}

using home::by_place;

int report(Invocation& call, const std::string& file, const Problems& problems, const home::Group* group) {
    for (const auto& problem : by_place(problems))
        call.err << terminal_safe(problem.text()) << '\n';
    if (wants_json(call)) {
        codec::Array wrong, roles;
        for (const auto& problem : by_place(problems))
            wrong.push_back(to_json(problem));
        if (group)
            for (const auto& role : group->roles)
                roles.emplace_back(role.name);
        print_json(call, "layer-cake.check/1",
                   codec::Object{{"file", file},
                                 {"valid", problems.empty()},
                                 {"roles", std::move(roles)},
                                 {"problems", std::move(wrong)}});
    }
    return problems.empty() ? Exit::ok : Exit::usage;
}

Result<int> run(Invocation& call) {
    if (call.has("schema")) {
        call.out << codec::write_json(home::json_schema(), codec::Layout::indented) << '\n';
        return Exit::ok;
    }
    if (call.has("reference")) {
        if (wants_json(call)) return fail(Fault::invalid, "--reference is YAML: --output=json does not go with it");
        call.out << home::reference_text();
        return Exit::ok;
    }
    if (call.words.size() > 1)
        return fail(Fault::invalid, fmt::format("cannot check more than one file (\"{}\")", call.words[1]));
    std::string file = "layer-cake.yaml";
    const bool of_home = checks_home(call);
    if (!of_home && !is_there(call.words.empty() ? file : call.words.front()))
        return fail(Fault::missing,
                    fmt::format("cannot check \"{}\": no such file", call.words.empty() ? file : call.words.front()));
    if (!call.words.empty())
        file = call.words.front();
    else if (of_home)
        file = home::Paths{shown(call.home)}.definition().string();

    if (of_home)
        if (auto home = home::Home::open(call.home); !home)
            return fail(cannot("check", shown(call.home), home.error()));
    const auto source = load(call, file);
    if (!source) return report(call, file, source.error(), nullptr);
    const auto group = home::resolve(*source);
    if (!group) return report(call, file, group.error(), nullptr);
    if (!of_home && group->roles.empty()) return report(call, file, {{file, {}, "it has no roles"}}, nullptr);
    if (const auto wrong = check_programs(*source); !wrong.empty()) return report(call, file, wrong, nullptr);
    if (!call.has("resolved")) return report(call, file, {}, &*group);

    auto frozen = home::freeze(*source);
    if (wants_json(call)) {
        call.out << codec::write_json(frozen, codec::Layout::indented) << '\n';
        return Exit::ok;
    }
    home::foreign::double_dollars(frozen); // it is a group file again
    call.out << codec::write_yaml(frozen);
    return Exit::ok;
}

} // namespace

constinit const Command check_command{
    .name = "check",
    .words = "[FILE]",
    .summary = "say everything that is wrong with a group file",
    .options = options,
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
