#include <algorithm>
#include <cli/commands.hpp>
#include <cli/copy_progress.hpp>
#include <cli/definition.hpp>
#include <cli/file_sync.hpp>
#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/image.hpp>
#include <layer_cake/home/portable.hpp>
#include <layer_cake/home/programs.hpp>
#include <ostream>
#include <sys/utsname.h>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "model",
     .help = "with the model of this role; may be given again",
     .value = "ROLE",
     .repeats = true,
     .completes = "roles"},
    {.name = "all-models", .help = "with the models of all roles"},
    {.name = "no-programs", .help = "without the programs of roles"},
    {.name = "no-resources", .help = "without the files that roles share"},
};

/// Snapshots of models while they are put into an image.
class Snapshots {
public:
    explicit Snapshots(const home::Home& home) : folder_(home.paths().home / temporary_name()) {}
    ~Snapshots() {
        if (made_) (void)remove_tree(folder_);
    }

    /// The model at one moment: itself where nobody writes.
    Result<std::filesystem::path> of(const home::Home& home, const std::string& role) {
        const auto model = home.paths().role(role) / "model";
        if (!home.running()) return model;
        if (!made_)
            if (auto made = make_folder(folder_); !made) return fail(std::move(made).error());
        made_ = true;
        const auto copy = folder_ / role;
        if (auto taken = home::take_snapshot(model, copy, {.durable = false}); !taken)
            return fail(in_doing(fmt::format("model of \"{}\"", role), taken.error()));
        return copy;
    }

private:
    std::filesystem::path folder_;
    bool made_ = false;
};

Result<void> add_section(std::vector<home::ImageSection>& sections, std::string place, home::TreeSource source) {
    auto listing = source.list();
    if (!listing) return fail(std::move(listing).error());
    sections.push_back({std::move(place), std::move(source), std::move(*listing)});
    return layer_cake::ok();
}

Result<void> add_folder(std::vector<home::ImageSection>& sections, std::string place,
                        const std::filesystem::path& folder) {
    if (!is_there(folder)) return layer_cake::ok();
    home::TreeSource source;
    if (auto added = source.add_contents(folder); !added) return added;
    return add_section(sections, std::move(place), std::move(source));
}

/// What is collected in the home already, else what would be.
Result<void> add_programs(std::vector<home::ImageSection>& sections, const OpenHome& opened) {
    const auto script = opened.home.paths().script();
    home::TreeSource there;
    if (is_there(script))
        if (auto added = there.add_contents(script); !added) return added;
    if (!there.empty()) return add_section(sections, "script", std::move(there));
    auto sources = home::collect_programs(opened.group, script);
    if (!sources) return fail(sources.error());
    return sources->empty() ? layer_cake::ok() : add_section(sections, "script", std::move(*sources));
}

Result<void> add_resources(std::vector<home::ImageSection>& sections, const OpenHome& opened) {
    std::vector<std::string> names;
    for (const auto& role : opened.group.roles)
        if (auto name = home::program_words(role).name(); !name.empty()) names.push_back(std::move(name));
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const auto& name : names)
        if (auto added = add_folder(sections, "resource/" + name, opened.home.paths().home / "resource" / name); !added)
            return added;
    return layer_cake::ok();
}

Result<std::vector<std::string>> wanted_models(const Invocation& call, const OpenHome& opened) {
    if (call.has("all-models")) return opened.names();
    const auto given = call.options.find("model");
    if (given == call.options.end()) return std::vector<std::string>();
    return named_roles(opened.group, given->second);
}

home::ImageHead head_of(const OpenHome& opened, const std::vector<home::ImageSection>& sections) {
    home::ImageHead head;
    utsname machine{};
    if (::uname(&machine) == 0) head.architecture = machine.machine;
    head.group = opened.group.name;
    head.version = LAYER_CAKE_VERSION;
    for (const auto& section : sections)
        if (section.place == "script")
            for (const auto& entry : section.listing)
                head.native = head.native || (entry.kind == home::TreeEntry::Kind::file &&
                                              home::is_native(section.source.origin(entry.path)));
    return head;
}

Result<home::ImageFacts> write(Invocation& call, const std::string& file) {
    const auto opened = open_home(call);
    if (!opened) return fail(opened.error());
    const auto source = opened->home.source();
    if (!source) return fail(home::to_error(source.error()));
    const auto models = wanted_models(call, *opened);
    if (!models) return fail(models.error());

    std::vector<home::ImageSection> sections;
    Snapshots snapshots(opened->home);
    if (!call.has("no-programs"))
        if (auto added = add_programs(sections, *opened); !added) return fail(std::move(added).error());
    if (!call.has("no-resources"))
        if (auto added = add_resources(sections, *opened); !added) return fail(std::move(added).error());
    for (const auto& role : *models) {
        const auto model = snapshots.of(opened->home, role);
        if (!model) return fail(model.error());
        if (auto added = add_folder(sections, "role/" + role + "/model", *model); !added)
            return fail(std::move(added).error());
    }
    const auto definition = codec::write_yaml(home::portable_definition(source->value, source->folder));
    CopyProgress progress(call.err, call.err_is_terminal);
    home::SyncOptions rules;
    rules.progress = progress.callback();
    return home::write_image(head_of(*opened, sections), definition, sections, file, rules);
}

Result<int> run(Invocation& call) {
    if (call.words.size() != 1) return fail(Fault::invalid, "export image needs the name of one file");
    const auto& file = call.words.front();
    const auto facts = write(call, file);
    if (!facts) return fail(cannot("export", file, facts.error()));
    if (wants_json(call))
        print_json(call, "layer-cake.image/1",
                   codec::Object{{"file", shown(file)},
                                 {"digest", facts->digest},
                                 {"entries", static_cast<std::uint64_t>(facts->entries)},
                                 {"bytes", facts->bytes}});
    else
        call.out << facts->digest << "  " << terminal_safe(file) << '\n';
    return Exit::ok;
}

} // namespace

constinit const Command export_image{
    .name = "export image",
    .words = "FILE",
    .summary = "carry a group to another machine as one file",
    .options = options,
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
