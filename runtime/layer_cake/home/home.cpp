#include <cerrno>
#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/home/python_home.hpp>
#include <sys/stat.h>

namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;

constexpr Duration definition_patience = std::chrono::seconds(10);

/// A home's commands run as whoever opens it: nobody else may have been able to write them.
Result<void> check_owner(const fs::path& home, const fs::path& what, const struct stat& facts) {
    const auto name = what == home ? std::string("it") : fmt::format("\"{}\"", terminal_safe(what.native()));
    const uid_t user = ::geteuid();
    if (facts.st_uid != user && user != 0)
        return fail(Fault::invalid, fmt::format("{} belongs to another user (uid {})", name, facts.st_uid));
    if ((facts.st_mode & 022) != 0)
        return fail(Fault::invalid, fmt::format("{} can be written by others (mode {:04o}; see chmod go-w)", name,
                                                facts.st_mode & 07777));
    return ok();
}

/// Of a home without layer-cake.yaml it is the files of its roles that say what runs.
Result<void> check_owner_of_roles(const Paths& paths) {
    std::vector<fs::path> all{paths.roles()};
    std::error_code error;
    for (fs::directory_iterator at(paths.roles(), error), end; !error && at != end; at.increment(error))
        for (const auto* part : {"", "executable_file.json", "settings.json"})
            all.push_back(*part ? at->path() / part : at->path());
    for (const auto& path : all) {
        struct stat facts {};
        if (::lstat(path.c_str(), &facts) != 0) continue; // told when it is read
        if (auto fine = check_owner(paths.home, path, facts); !fine) return fine;
    }
    return ok();
}

} // namespace

Result<void> check_role_name(std::string_view name) {
    return check_name(name, "role");
}

Result<void> check_name(std::string_view name, std::string_view noun) {
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    bool fine = !name.empty() && name.size() <= 64 && letter(name[0]);
    for (const char c : name)
        fine = fine && (letter(c) || c == '.' || c == '_' || c == '-');
    const auto shown = fmt::format("{}{}", terminal_safe(name.substr(0, 80)), name.size() > 80 ? "..." : "");
    if (!fine)
        return fail(Fault::invalid, fmt::format("\"{}\" is no {} name (a letter or digit, then letters, digits, "
                                                "dots, dashes or underscores, 64 at most)",
                                                shown, noun));
    if (name.starts_with("group"))
        return fail(Fault::invalid,
                    fmt::format("\"{}\" is no {} name (names that begin with \"group\" are reserved)", shown, noun));
    return ok();
}

Result<Home> Home::open(const fs::path& path) {
    std::error_code error;
    // The last part is not followed, so that destroy knows a link when it has one; `x/.` and `x/..` have no name of
    // their own.
    auto plain = path;
    while (!plain.has_filename() && plain.has_relative_path())
        plain = plain.parent_path();
    const auto name = plain.filename();
    auto absolute = name == "." || name == ".." || name.empty()
                        ? fs::canonical(path, error)
                        : fs::canonical(plain.has_parent_path() ? plain.parent_path() : ".", error) / name;
    struct stat facts {};
    if (error || ::stat(absolute.c_str(), &facts) != 0) {
        const int number = error ? error.value() : errno;
        if (number == ENOENT || number == ENOTDIR)
            return fail(Fault::missing, "there is no such home (\"layer-cake create\" makes one)");
        return fail(system_error("cannot open it", number));
    }
    if (!S_ISDIR(facts.st_mode)) return fail(Fault::invalid, "it is not a folder");
    Home home(std::move(absolute));
    struct stat definition {};
    bool defined = ::lstat(home.paths_.definition().c_str(), &definition) == 0;
    if (!defined && errno != ENOENT) return fail(system_error("cannot open it", errno));
    if (!defined && !is_python_home(home.paths_.home))
        return fail(Fault::missing, "it is no home: there is no layer-cake.yaml in it");
    if (auto fine = check_owner(home.paths_.home, home.paths_.home, facts); !fine) return fail(std::move(fine).error());
    if (defined && !S_ISREG(definition.st_mode))
        return fail(Fault::invalid, "its layer-cake.yaml is not a regular file");
    if (auto fine = defined ? check_owner(home.paths_.home, home.paths_.definition(), definition)
                            : check_owner_of_roles(home.paths_);
        !fine)
        return fail(std::move(fine).error());
    // A copy may have lost the empty folder; who must not make it can do without.
    (void)::mkdir((home.paths_.home / "lock").c_str(), 0700);
    return home;
}

tl::expected<Source, std::vector<Problem>> Home::source() const {
    const auto file = paths_.definition();
    auto text = read_file(file, 4u << 20);
    if (text) return load_text(*text, file, paths_.home.parent_path(), {});
    if (text.error().fault == Fault::missing && is_python_home(paths_.home)) {
        auto definition = python_home_definition(paths_.home);
        if (definition) return load_value(std::move(*definition), file, paths_.home.parent_path(), {});
        text = fail(std::move(definition).error());
    }
    return tl::unexpected<std::vector<Problem>>({{file.string(), {}, std::move(text).error().detail}});
}

bool Home::python() const {
    std::error_code error;
    return !std::filesystem::exists(paths_.definition(), error) && is_python_home(paths_.home);
}

Result<codec::Value> Home::stored() const {
    const auto file = paths_.definition();
    if (python()) return python_home_definition(paths_.home);
    auto text = read_file(file, 4u << 20);
    if (!text) return fail(std::move(text).error());
    return codec::parse_yaml(*text, file.string());
}

tl::expected<Group, std::vector<Problem>> Home::group() const {
    return source().and_then([](const Source& source) { return resolve(source); });
}

tl::expected<Group, std::vector<Problem>> Home::group_of(const codec::Value& definition) const {
    return load_value(definition, paths_.definition(), paths_.home.parent_path(), {})
        .and_then([](const Source& source) { return resolve(source); });
}

/// As group_of; a main role that is not there yet is no problem: roles are added one by one.
tl::expected<Group, std::vector<Problem>> Home::group_being_made(const codec::Value& definition) const {
    auto group = group_of(definition);
    if (group || !definition.find("main_role")) return group;
    auto without = definition;
    without.erase("main_role");
    auto other = group_of(without);
    const auto* name = definition.find("main_role")->string();
    return other && name && check_role_name(*name) ? std::move(other) : std::move(group);
}

Result<void> Home::change(const std::function<Result<void>(codec::Value& definition)>& edit) {
    const auto file = paths_.definition();
    auto lock = Lock::take(paths_.definition_lock(), definition_patience);
    if (!lock) {
        if (lock.error().fault != Fault::busy) return fail(std::move(lock).error());
        return fail(Fault::busy, fmt::format("another command is changing \"{}\"", file.string()));
    }
    const bool is_new = python();
    auto value = stored();
    if (!value) return fail(std::move(value).error());
    const auto before = *value;
    if (auto edited = edit(*value); !edited) return edited;
    const auto group = group_being_made(*value);
    if (!group) {
        auto problems = group.error();
        for (auto& problem : problems) // what was set just now is in no file yet
            if (problem.mark.line == 0) problem.file.clear();
        return fail(to_error(problems));
    }
    if (is_new || !(before == *value)) {
        const auto written = codec::write_yaml(*value);
        // A definition that could be written and not read (too large, too deep) would lock its owner out.
        if (auto again = codec::parse_yaml(written, file.string()); !again) return fail(std::move(again).error());
        if (auto replaced = replace_file(file, written); !replaced) return replaced;
    }
    return make_roles(*group);
}

Result<void> Home::make_roles(const Group& group) const {
    for (const auto& role : group.roles)
        if (auto made = make_role(role.name); !made) return made;
    return ok();
}

Result<void> make_role_folder(const Paths& paths, std::string_view name) {
    for (const auto& folder : {paths.roles(), paths.role(name)}) {
        struct stat facts {};
        if (::lstat(folder.c_str(), &facts) != 0) {
            if (auto made = make_folder(folder); !made) return made;
        } else if (!S_ISDIR(facts.st_mode)) {
            return fail(Fault::invalid, fmt::format("\"{}\" is not a folder", folder.string()));
        }
    }
    return ok();
}

Result<void> Home::make_role(std::string_view name) const {
    if (auto fine = check_role_name(name); !fine) return fine;
    if (auto made = make_role_folder(paths_, name); !made) return made;
    const auto folder = paths_.role(name);
    for (const auto& path : {folder / "logs", folder / "model", folder / "tmp", folder / "lock"})
        if (auto made = make_folder(path); !made) return made;
    return ok();
}

Result<void> Home::remove_role(std::string_view name) const {
    if (auto fine = check_role_name(name); !fine) return fine;
    return remove_tree(paths_.role(name));
}

} // namespace layer_cake::home
