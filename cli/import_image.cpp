#include <algorithm>
#include <cerrno>
#include <cli/commands.hpp>
#include <cli/copy_progress.hpp>
#include <cli/definition.hpp>
#include <cli/output.hpp>
#include <cli/role_words.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/core/time_text.hpp>
#include <layer_cake/home/image.hpp>
#include <layer_cake/home/portable.hpp>
#include <sys/stat.h>
#include <sys/utsname.h>

namespace layer_cake::cli {
namespace {

namespace fs = std::filesystem;

constexpr Option options[] = {
    {.name = "digest", .help = "refuse an image that is not the one with this digest", .value = "HEX"},
    {.name = "max-size", .help = "of all its files together (default 64G)", .value = "SIZE"},
};

/// Where an image is unpacked: beside the home that is to be.
class Unpacked {
public:
    explicit Unpacked(const fs::path& parent) : path_(parent / temporary_name()) {}
    ~Unpacked() {
        if (folder_) (void)remove_tree(path_);
    }

    Result<void> make() {
        if (auto made = make_folder(path_); !made) return made;
        folder_ = Fd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        return folder_ ? layer_cake::ok()
                       : fail(system_error(fmt::format("cannot open \"{}\"", terminal_safe(path_.native())), errno));
    }

    home::SyncTarget target() const { return {folder_.get(), path_.native()}; }

    /// Moves what was unpacked into a home that is being made.
    Result<void> move_to(const home::Paths& home, const home::Group& group) const {
        if (auto moved = move("resource", home.home / "resource"); !moved) return moved;
        if (auto moved = move("script", home.script()); !moved) return moved;
        std::error_code error;
        for (fs::directory_iterator at(path_ / "role", error), end; !error && at != end; at.increment(error)) {
            const auto role = at->path().filename().string();
            if (!group.find(role))
                return fail(Fault::invalid,
                            fmt::format("it has a model of role \"{}\", which it does not define", role));
            if (auto moved = move("role/" + role + "/model", home.role(role) / "model"); !moved) return moved;
        }
        return layer_cake::ok();
    }

private:
    /// An empty folder gives way to the one that is moved.
    Result<void> move(const std::string& from, const fs::path& to) const {
        if (::rename((path_ / from).c_str(), to.c_str()) == 0 || errno == ENOENT) return layer_cake::ok();
        return fail(system_error(fmt::format("cannot write \"{}\"", terminal_safe(to.native())), errno));
    }

    fs::path path_;
    Fd folder_;
};

Result<void> check_architecture(const home::ImageHead& head) {
    utsname machine{};
    if (!head.native || ::uname(&machine) != 0 || head.architecture == machine.machine) return layer_cake::ok();
    return fail(Fault::failed, fmt::format("its programs are for {}, and this machine is {}",
                                           terminal_safe(head.architecture.substr(0, 80)), machine.machine));
}

Result<home::Home> make_home(Invocation& call, const std::string& file, const fs::path& place) {
    std::uint64_t most = home::image_bytes_limit;
    if (const auto text = call.value("max-size")) {
        const auto size = parse_size(*text);
        if (!size) return fail(Fault::invalid, "--max-size: " + size.error().detail);
        most = *size;
    }
    if (is_there(place)) return fail(Fault::busy, fmt::format("\"{}\" exists already", terminal_safe(place.native())));
    if (!fs::is_directory(place.parent_path()))
        return fail(Fault::missing,
                    fmt::format("there is no folder \"{}\"", terminal_safe(place.parent_path().native())));
    Unpacked unpacked(place.parent_path());
    if (auto made = unpacked.make(); !made) return fail(std::move(made).error());
    CopyProgress progress(call.err, call.err_is_terminal);
    home::SyncOptions rules;
    rules.progress = progress.callback();
    const auto facts = home::unpack_image(file, unpacked.target(), check_architecture, most, rules);
    if (!facts) return fail(facts.error());
    if (const auto digest = call.value("digest"); digest && *digest != facts->digest)
        return fail(Fault::invalid, fmt::format("its digest is {}", facts->digest));

    auto definition = codec::parse_yaml(facts->definition, (fs::path(file) / home::image_definition).string());
    if (!definition) return fail(std::move(definition).error());
    const auto settled = home::settled_definition(std::move(*definition), place / "script");
    const auto source = home::load_value(settled, fs::path(file) / home::image_definition, place.parent_path(), {});
    if (!source) return fail(home::to_error(source.error()));
    const auto group = home::resolve(*source);
    if (!group) return fail(home::to_error(group.error()));
    return home::Home::create(place, settled,
                              [&](const home::Paths& draft) { return unpacked.move_to(draft, *group); });
}

Result<int> run(Invocation& call) {
    if (call.words.size() != 1) return fail(Fault::invalid, "import image needs the name of one file");
    const auto& file = call.words.front();
    const auto home = make_home(call, file, shown(call.home));
    if (!home) return fail(cannot("import", file, home.error()));
    const auto group = home->group();
    if (group)
        for (const auto& line : home::missing_parts(*group, home->paths().script()))
            note(call, line);
    return Exit::ok;
}

} // namespace

constinit const Command import_image{
    .name = "import image",
    .words = "FILE",
    .summary = "make a home of an image",
    .options = options,
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
