#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/programs.hpp>
#include <sys/stat.h>

namespace layer_cake::home {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 13> interpreters{"python", "perl", "ruby", "node", "nodejs", "php",  "lua",
                                                        "sh",     "bash", "dash", "zsh",  "tclsh",  "guile"};

bool is_interpreter(std::string_view program) {
    auto name = program.substr(program.rfind('/') + 1);
    while (!name.empty() && (name.back() == '.' || (name.back() >= '0' && name.back() <= '9')))
        name.remove_suffix(1); // python3.11
    return std::find(interpreters.begin(), interpreters.end(), name) != interpreters.end();
}

bool is_shell_text(const Role& role) {
    return role.command.size() == 3 && role.command[0] == "/bin/sh" && role.command[1] == "-c";
}

/// Words that the shell understands itself: what runs is said later in the text, if anywhere.
bool is_shell_word(std::string_view word) {
    static constexpr std::string_view words[] = {".",    ":",      "[",      "case",  "cd",    "command", "eval",
                                                 "exit", "for",    "export", "if",    "read",  "set",     "test",
                                                 "trap", "ulimit", "umask",  "unset", "until", "wait",    "while"};
    return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

/// The words at the beginning of a text for the shell that mean nothing but themselves, behind `exec`.
std::vector<std::string> plain_words(std::string_view text) {
    std::vector<std::string> words;
    for (const auto& word : split(text, ' ')) {
        if (word.empty() || (words.empty() && word == "exec")) continue;
        if (words.empty() && is_shell_word(word)) break;
        const auto plain = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   std::string_view("_-./+@%,:").find(c) != std::string_view::npos;
        };
        if (!std::all_of(word.begin(), word.end(), plain)) break;
        words.push_back(word);
    }
    return words;
}

fs::path below(const std::string& folder, const std::string& word) {
    return (fs::path(folder.empty() ? "." : folder) / word).lexically_normal();
}

bool is_file(const fs::path& file) {
    struct stat facts {};
    return ::stat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

fs::path search(const Role& role, const std::string& word) {
    if (word.find('/') != std::string::npos) {
        const auto file = below(role.working_dir, word);
        return is_file(file) ? file : fs::path();
    }
    const char* inherited = std::getenv("PATH");
    std::string path = inherited ? inherited : "/usr/local/bin:/usr/bin:/bin";
    for (const auto& [name, value] : role.environment)
        if (name == "PATH") path = value;
    for (const auto& folder : split(path, ':')) {
        const auto file = below(role.working_dir, folder.empty() ? word : folder + "/" + word);
        if (is_file(file) && ::access(file.c_str(), X_OK) == 0) return file;
    }
    return {};
}

bool begins_with(const fs::path& file, std::string_view magic) {
    const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    std::array<char, 4> head{};
    return fd && ::pread(fd.get(), head.data(), magic.size(), 0) == static_cast<ssize_t>(magic.size()) &&
           std::string_view(head.data(), magic.size()) == magic;
}

bool in_folder(const fs::path& file, const fs::path& folder) {
    return lies_in(file.native(), folder.native());
}

/// Puts `path` in the place of a word of the command.
void replace_word(Role& role, const std::string& word, const std::string& path) {
    if (is_shell_text(role)) {
        auto& text = role.command[2];
        const auto place = text.find(word); // it is among the first words, and those are plain
        text.replace(place, word.size(), shell_quote(path));
        return;
    }
    *std::find(role.command.begin(), role.command.end(), word) = path;
}

void search_libraries_in(Role& role, const std::string& folder) {
    const char* inherited = std::getenv("LD_LIBRARY_PATH");
    std::string value = inherited ? inherited : "";
    for (const auto& [name, given] : role.environment)
        if (name == "LD_LIBRARY_PATH") value = given;
    if (value == folder || value.starts_with(folder + ":")) return; // of a process that was given it itself
    role.environment.emplace_back("LD_LIBRARY_PATH", value.empty() ? folder : folder + ":" + value);
}

} // namespace

std::string ProgramWords::name() const {
    const auto& path = script.empty() ? program : script;
    return path.substr(path.rfind('/') + 1);
}

ProgramWords program_words(const Role& role) {
    const auto words = is_shell_text(role) ? plain_words(role.command[2]) : role.command;
    ProgramWords found;
    if (words.empty()) return found;
    found.program = words.front();
    if (!is_interpreter(found.program)) return found;
    const auto script = std::find_if(words.begin() + 1, words.end(), [](const std::string& word) {
        return word.empty() || word.front() != '-' || word == "-c" || word == "-e" ||
               word == "-m"; // it is told otherwise
    });
    if (script != words.end() && !script->empty() && script->front() != '-' &&
        (script == words.begin() + 1 || is_file(below(role.working_dir, *script))))
        found.script = *script;
    return found;
}

bool is_native(const fs::path& file) {
    return begins_with(file, "\177ELF");
}

bool is_of_system(const fs::path& file) {
    const auto path = file.lexically_normal().native();
    if (path.starts_with("/usr/local/")) return false;
    for (const std::string_view folder : {"/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/libx32/", "/usr/"})
        if (path.starts_with(folder)) return true;
    return false;
}

const fs::path& Program::own() const {
    static const fs::path none;
    if (!script.empty()) return is_of_system(script) ? none : script;
    return of_system ? none : program;
}

Program find_program(const Role& role) {
    const auto words = program_words(role);
    Program found;
    found.role = role.base;
    if (!words.program.empty()) found.program = search(role, words.program);
    if (!words.script.empty()) {
        const auto file = below(role.working_dir, words.script);
        if (is_file(file)) found.script = file;
    }
    std::error_code error;
    const auto real = fs::canonical(found.program, error);
    found.of_system = !found.program.empty() && is_of_system(error ? found.program : real);
    found.native = !found.program.empty() && is_native(found.program);
    return found;
}

Result<TreeSource> collect_programs(const Group& group, const fs::path& collected) {
    TreeSource sources;
    std::vector<fs::path> folders;
    const auto home = collected.parent_path();
    for (const auto& role : group.roles) {
        if (role.index > 0) continue; // a replica runs what the first does
        const auto program = find_program(role);
        const auto& own = program.own();
        if (own.empty() || in_folder(own, collected)) continue;
        if (program.script.empty() && program.native) {
            if (auto added = sources.add(own); !added) return fail(std::move(added).error());
            const auto libraries = libraries_of(own);
            if (!libraries) return fail(libraries.error());
            for (const auto& library : *libraries) {
                if (library.path.empty())
                    return fail(Fault::missing, fmt::format("library \"{}\" of \"{}\" is not found", library.name,
                                                            terminal_safe(own.native())));
                if (is_of_system(library.path)) continue;
                if (auto added = sources.add(library.path, library.name); !added) return fail(std::move(added).error());
            }
            continue;
        }
        const auto folder = own.parent_path();
        if (std::find(folders.begin(), folders.end(), folder) != folders.end()) continue;
        folders.push_back(folder);
        const auto wanted = [&](std::string_view name) {
            if (name == ".layer-cake" || folder / name == home) return false;
            return name == "__init__.py" || !(name.starts_with("__") && name.ends_with("__"));
        };
        if (auto added = sources.add_contents(folder, wanted); !added) return fail(std::move(added).error());
    }
    return sources;
}

std::optional<Role> with_collected(const Role& role, const fs::path& collected) {
    const auto words = program_words(role);
    const auto name = words.name();
    if (name.empty()) return std::nullopt;
    const auto copy = collected / name;
    if (!is_file(copy)) return std::nullopt; // the usual case: one question, and no more
    auto changed = role;
    if (!words.script.empty()) {
        replace_word(changed, words.script, copy.native());
        return changed;
    }
    const auto found = find_program(role);
    if (found.of_system) return std::nullopt;
    replace_word(changed, words.program, copy.native());
    if (is_native(copy)) search_libraries_in(changed, collected.native());
    return changed;
}

} // namespace layer_cake::home
