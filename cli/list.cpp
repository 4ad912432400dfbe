#include <algorithm>
#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/output.hpp>
#include <cli/role_words.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/text.hpp>
#include <ostream>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "long-listing", .help = "with each role's program and the folders/files/bytes of its folder"},
    {.name = "group-role", .help = "list the group itself too"},
    {.name = "sub-roles", .help = "list the roles that other roles made, too"},
};

struct Sizes {
    std::uint64_t folders = 0, files = 0, bytes = 0;
};

Sizes measure(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    Sizes sizes;
    std::error_code error;
    if (fs::symlink_status(folder, error).type() != fs::file_type::directory) return sizes; // a link leads elsewhere
    fs::recursive_directory_iterator place(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && place != fs::recursive_directory_iterator(); place.increment(error)) {
        std::error_code gone; // a running group removes files meanwhile
        if (place->symlink_status(gone).type() == fs::file_type::directory) {
            ++sizes.folders;
            continue;
        }
        ++sizes.files;
        const auto bytes = place->file_size(gone);
        if (!gone) sizes.bytes += bytes;
    }
    return sizes;
}

std::string own_program() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

// Folders named after a role and a dot, which no definition mentions.
void add_sub_roles(std::vector<Instance>& all, const home::Paths& paths) {
    std::error_code error;
    const std::vector<Instance> defined = all;
    for (const auto& entry : std::filesystem::directory_iterator(paths.roles(), error)) {
        const auto name = entry.path().filename().string();
        const auto made_by = [&](const Instance& one) { return name.rfind(one.name + ".", 0) == 0; };
        const auto same = [&](const Instance& one) { return one.name == name; };
        const auto parent = std::find_if(defined.begin(), defined.end(), made_by);
        if (parent != defined.end() && std::none_of(defined.begin(), defined.end(), same))
            all.push_back({name, parent->role, -1, parent->program});
    }
}

Result<std::vector<Instance>> found(const Invocation& call, const home::Home& home) {
    const auto definition = read_definition(home);
    if (!definition) return fail(definition.error());
    auto all = instances(*definition);
    if (call.has("sub-roles")) add_sub_roles(all, home.paths());
    if (call.has("group-role")) all.push_back({"group", "group", -1, own_program()});
    std::sort(all.begin(), all.end(), [](const Instance& a, const Instance& b) { return a.name < b.name; });
    if (call.words.empty()) return all;

    std::vector<std::string> names;
    names.reserve(all.size());
    for (const auto& one : all)
        names.push_back(one.name);
    const auto selected = search_names(names, call.words);
    if (!selected) return fail(selected.error());
    std::vector<Instance> chosen;
    for (auto& one : all)
        if (std::binary_search(selected->begin(), selected->end(), one.name)) chosen.push_back(std::move(one));
    return chosen;
}

void print(Invocation& call, const std::vector<Instance>& all, const home::Paths& paths) {
    constexpr std::size_t usual_width = 24;
    std::size_t width = usual_width;
    for (const auto& one : all)
        width = std::max(width, one.name.size());
    std::string text;
    for (const auto& one : all) {
        if (call.has("long-listing")) {
            const auto sizes = measure(paths.role(one.name));
            fmt::format_to(std::back_inserter(text), "{:<{}} {} {}/{}/{}\n", one.name, width,
                           terminal_safe(one.program), sizes.folders, sizes.files, sizes.bytes);
            if (const auto* settings = one.settings.object())
                for (const auto& setting : *settings)
                    fmt::format_to(std::back_inserter(text), "    {}={}\n", terminal_safe(setting.name),
                                   terminal_safe(codec::write_json(setting.value)));
        } else {
            text.append(one.name).append("\n");
        }
    }
    call.out << text;
}

codec::Value to_json(const Instance& one, const home::Paths& paths, bool with_sizes) {
    codec::Object object;
    object.emplace_back("name", one.name);
    object.emplace_back("role", one.role);
    object.emplace_back("index", one.index >= 0 ? codec::Value(one.index) : codec::Value());
    object.emplace_back("executable", one.program);
    object.emplace_back("settings", one.settings);
    const auto sizes = with_sizes ? measure(paths.role(one.name)) : Sizes{};
    object.emplace_back("folders", with_sizes ? codec::Value(sizes.folders) : codec::Value());
    object.emplace_back("files", with_sizes ? codec::Value(sizes.files) : codec::Value());
    object.emplace_back("bytes", with_sizes ? codec::Value(sizes.bytes) : codec::Value());
    return object;
}

Result<int> run(Invocation& call) {
    const auto path = shown(call.home);
    const auto home = home::Home::open(path);
    if (!home) return fail(cannot("list", path, home.error()));
    const auto all = found(call, *home);
    if (!all) return fail(cannot("list", path, all.error()));
    if (!wants_json(call)) {
        print(call, *all, home->paths());
        return Exit::ok;
    }
    codec::Array roles;
    for (const auto& one : *all)
        roles.push_back(to_json(one, home->paths(), call.has("long-listing")));
    print_json(call, "layer-cake.list/1", codec::Object{{"home", path}, {"roles", std::move(roles)}});
    return Exit::ok;
}

} // namespace

constinit const Command list_command{
    .name = "list",
    .words = "[ROLE...]",
    .summary = "print the roles of a home",
    .options = options,
    .run = run,
    .completes = "roles",
};

} // namespace layer_cake::cli
