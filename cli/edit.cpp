#include <cli/commands.hpp>
#include <cli/definition.hpp>
#include <cli/editor.hpp>
#include <cli/module_settings.hpp>
#include <cli/program_settings.hpp>
#include <cli/role_words.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <ostream>
#include <unistd.h>

namespace layer_cake::cli {
namespace {

constexpr Option options[] = {
    {.name = "resume", .help = "go on with the draft an earlier edit left"},
    {.name = "discard", .help = "drop the draft an earlier edit left, and start over"},
};

/// What is edited: the keys of one role, or those of the group without its roles.
struct Subject {
    std::string name;
    bool group = false;
    std::filesystem::path draft;

    std::span<const home::Key> keys() const { return group ? home::group_keys() : home::role_keys(); }
};

Result<codec::Value> section_of(const Subject& subject, const codec::Value& definition) {
    if (subject.group) {
        auto section = definition;
        section.erase("roles");
        return section;
    }
    const auto* roles = definition.find("roles");
    const auto* section = roles ? roles->find(subject.name) : nullptr;
    if (section) return *section;
    const auto names = role_names(definition);
    const std::vector<std::string_view> known(names.begin(), names.end());
    return fail(Fault::missing, fmt::format("no role \"{}\"{}", subject.name, suggestion(subject.name, known)));
}

void replace_section(const Subject& subject, codec::Value& definition, codec::Value section) {
    if (!subject.group) {
        definition.find("roles")->set(subject.name, std::move(section));
        return;
    }
    if (const auto* roles = definition.find("roles")) section.set("roles", *roles);
    definition = std::move(section);
}

// Everything that is wrong with a draft, a line each with its place in the draft.
Result<codec::Value> read_draft(const Subject& subject, const std::string& text) {
    auto section = codec::parse_yaml(text, subject.draft.string());
    if (!section) return section;
    if (section->is_null()) *section = codec::Object{};
    std::vector<home::Problem> problems;
    home::check(*section, subject.keys(), subject.draft.string(), problems);
    if (subject.group && section->find("roles"))
        problems.push_back(
            {subject.draft.string(), section->find("roles")->mark, "roles are edited one by one, by their names"});
    if (!problems.empty()) return fail(home::to_error(problems));
    return section;
}

Result<void> store(home::Home& home, const Subject& subject, const codec::Value& before, const codec::Value& after) {
    std::vector<ModuleSettings> typed;
    auto stored = home.change([&](codec::Value& definition) -> Result<void> {
        const auto now = section_of(subject, definition);
        if (!now) return fail(now.error());
        if (!(*now == before)) return fail(Fault::busy, "it was changed by another command meanwhile");
        replace_section(subject, definition, after);
        if (subject.group) return layer_cake::ok();
        auto read = read_by_modules(home, definition, {subject.name}, {});
        if (!read) return fail(std::move(read).error());
        typed = std::move(*read);
        return check_programs(definition, {subject.name});
    });
    return stored ? keep_module_settings(home, typed) : stored;
}

// e: edit again (also when just Enter is pressed), d: discard, k: keep the draft (also at the end of input).
char ask_how_on(Invocation& call) {
    call.err << "edit again, keep the draft or discard it? [e/k/d] ";
    call.err.flush();
    char answer = 0, byte = 0;
    for (;;) {
        if (::read(STDIN_FILENO, &byte, 1) != 1) return 'k';
        if (byte == '\n') break;
        if (answer == 0) answer = byte;
    }
    return answer == 'k' || answer == 'd' ? answer : 'e';
}

void complain(Invocation& call, const Error& error) {
    for (const auto& line : split(error.detail, '\n'))
        if (!line.empty()) call.err << (error.placed ? "" : "layer-cake: ") << terminal_safe(line) << '\n';
}

Result<Subject> subject_of(const Invocation& call, const home::Home& home) {
    if (call.words.size() != 1)
        return fail(Fault::invalid, call.words.empty() ? "no role given" : "one role at a time can be edited");
    Subject subject{call.words.front(), call.words.front() == "group", {}};
    if (!subject.group)
        if (auto good = home::check_role_name(subject.name); !good) return fail(good.error());
    subject.draft = home.paths().home / ("edit." + subject.name + ".yaml");
    return subject;
}

Result<void> make_draft(const Invocation& call, const Subject& subject, const std::string& content) {
    std::error_code error;
    const bool exists = std::filesystem::exists(subject.draft, error);
    if (call.has("resume")) {
        if (exists) return layer_cake::ok();
        return fail(Fault::missing, "there is no draft of an earlier edit");
    }
    if (exists && !call.has("discard"))
        return fail(Fault::busy, "a draft of an earlier edit exists: go on with it by --resume, drop it by --discard");
    return replace_file(subject.draft, content, 0600);
}

// One round after another until the draft is stored, dropped or kept.
Result<int> edit(Invocation& call, home::Home& home, const Subject& subject, const codec::Value& before) {
    const auto content = fmt::format("# {} of {}; layer-cake.yaml(5) explains the keys.\n{}",
                                     subject.group ? "the group" : fmt::format("role \"{}\"", subject.name),
                                     home.paths().home.string(), codec::write_yaml(before));
    if (auto made = make_draft(call, subject, content); !made) return fail(made.error());
    std::error_code ignored;
    for (;;) {
        const auto edited = run_editor(editor_command(), subject.draft.string());
        const auto text = read_file(subject.draft);
        const bool same = text && *text == content;
        if (!edited) {
            if (same) std::filesystem::remove(subject.draft, ignored);
            if (same) return fail(edited.error());
            return fail(edited.error().fault,
                        fmt::format("{}; the draft is kept: \"layer-cake edit --resume {}\" goes on",
                                    edited.error().detail, subject.name));
        }
        if (!text) return fail(text.error());
        if (same) {
            std::filesystem::remove(subject.draft, ignored);
            note(call, "nothing was changed");
            return Exit::ok;
        }
        auto after = read_draft(subject, *text);
        auto stored = after ? store(home, subject, before, *after) : Result<void>(fail(after.error()));
        if (stored) {
            std::filesystem::remove(subject.draft, ignored);
            note_when_running(call, home);
            return Exit::ok;
        }
        complain(call, stored.error());
        const char answer = call.in_is_terminal ? ask_how_on(call) : 'k';
        if (answer == 'e') continue;
        if (answer == 'd') std::filesystem::remove(subject.draft, ignored);
        return fail(stored.error().fault,
                    answer == 'd'
                        ? "discarded, nothing was changed"
                        : fmt::format("nothing was changed; \"layer-cake edit --resume {}\" goes on with the draft",
                                      subject.name));
    }
}

Result<int> run(Invocation& call) {
    const auto what = call.words.empty() ? shown(call.home) : call.words.front();
    const auto wrong = [&](Error error) { return fail(cannot("edit", what, std::move(error))); };

    auto place = call.home;
    if (call.words.size() == 2) {
        if (call.has("home-path"))
            return wrong({Fault::invalid, fmt::format("two homes: --home-path and the word \"{}\"", call.words[1])});
        place = call.words[1];
        call.words.pop_back();
    }
    auto home = home::Home::open(place);
    if (!home) return wrong(home.error());
    const auto subject = subject_of(call, *home);
    if (!subject) return wrong(subject.error());
    const auto definition = read_definition(*home);
    if (!definition) return wrong(definition.error());
    const auto before = section_of(*subject, *definition);
    if (!before) return wrong(before.error());
    // Nobody's draft is taken out of an open editor.
    const auto lock = home::Lock::take(home->paths().edit_lock(subject->name));
    if (!lock)
        return wrong(lock.error().fault == Fault::busy
                         ? Error{Fault::busy, "it is locked by another command, which edits it"}
                         : lock.error());
    auto status = edit(call, *home, *subject, *before);
    if (!status) return wrong(status.error());
    return status;
}

} // namespace

constinit const Command edit_command{
    .name = "edit",
    .words = "ROLE|group [HOME]",
    .summary = "change a role's keys in an editor",
    .options = options,
    .run = run,
    .completes = "role-names",
};

} // namespace layer_cake::cli
