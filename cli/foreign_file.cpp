#include <algorithm>
#include <cli/definition.hpp>
#include <cli/foreign_file.hpp>
#include <cli/output.hpp>
#include <cli/role_words.hpp>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/core/text.hpp>
#include <ostream>

namespace layer_cake::cli {

namespace foreign = home::foreign;
namespace fs = std::filesystem;

constinit const Option import_to{.name = "to",
                                 .help = "write the group file there instead of printing it; nothing may be there yet",
                                 .value = "FILE",
                                 .completes = "files"};
constinit const Option export_to{.name = "to",
                                 .help = "write it there instead of printing it, in place of what is there",
                                 .value = "FILE",
                                 .completes = "files"};

namespace {

codec::Value to_json(const foreign::Note& note) {
    return codec::Object{{"kind", note.kind == foreign::Note::Kind::translated ? "translated" : "not_carried"},
                         {"file", note.at.file},
                         {"line", static_cast<int>(note.at.mark.line)},
                         {"column", static_cast<int>(note.at.mark.column)},
                         {"message", note.at.message}};
}

codec::Array to_json(const std::vector<foreign::Note>& notes) {
    codec::Array all;
    for (const auto& note : notes)
        all.push_back(to_json(note));
    return all;
}

void tell(Invocation& call, const std::vector<foreign::Note>& notes) {
    for (const auto& note : notes)
        call.err << terminal_safe(note.text()) << '\n';
}

/// The folder in which the relative paths of the file mean what they meant to its tool.
fs::path folder_of(const fs::path& file) {
    std::error_code error;
    return fs::absolute(file, error).parent_path();
}

} // namespace

Result<foreign::Text> read_foreign(const Invocation& call, std::initializer_list<const char*> usual_names) {
    if (call.words.size() > 1)
        return fail(Fault::invalid, fmt::format("cannot import more than one file (\"{}\")", call.words[1]));
    if (const auto to = call.value("to"); to && is_there(*to))
        return fail(Fault::failed, fmt::format("cannot import to \"{}\": it is there already", *to));
    const auto* usual =
        std::find_if(usual_names.begin(), usual_names.end(), [](const char* one) { return is_there(one); });
    if (call.words.empty() && usual == usual_names.end())
        return fail(Fault::missing, fmt::format("cannot import: there is no {} here", fmt::join(usual_names, ", no ")));
    const std::string name = call.words.empty() ? *usual : call.words.front();
    auto content = read_file(name, 1u << 20);
    if (!content) return fail(in_doing("cannot import", std::move(content).error()));
    return foreign::Text{name, std::move(*content)};
}

std::string env_file_beside(const std::string& file) {
    return is_there(fs::path(file).replace_filename(".env")) ? ".env" : "";
}

Result<int> give_import(Invocation& call, foreign::ImportResult imported) {
    const auto refuse = [&](const std::vector<home::Problem>& problems) {
        for (const auto& problem : problems)
            call.err << terminal_safe(problem.text()) << '\n';
        return Exit::usage;
    };
    if (!imported) return refuse(imported.error());
    const auto to = call.value("to");
    const auto folder = folder_of(imported->files.front());
    if (to && folder_of(*to) != folder && !imported->group.find("working_dir"))
        imported->group.set("working_dir", folder.string());
    if (const auto wrong = foreign::check_imported(*imported, folder, home::environment_variable); !wrong.empty())
        return refuse(wrong);
    tell(call, imported->notes);
    const auto text = foreign::group_file_text(*imported);
    if (to)
        if (auto written = replace_file(*to, text, 0644); !written)
            return fail(in_doing("cannot import", written.error()));
    if (wants_json(call))
        print_json(call, "layer-cake.import/1",
                   codec::Object{{"file", imported->files.front().string()},
                                 {"group", imported->group},
                                 {"notes", to_json(imported->notes)}});
    else if (!to)
        call.out << text;
    return Exit::ok;
}

Result<ExportSubject> export_subject(const Invocation& call) {
    if (call.words.size() > 1)
        return fail(Fault::invalid, fmt::format("cannot export more than one file (\"{}\")", call.words[1]));
    ExportSubject subject;
    if (!call.words.empty())
        subject.file = call.words.front();
    else if (!call.has("home-path") && is_there("layer-cake.yaml"))
        subject.file = "layer-cake.yaml";
    tl::expected<home::Source, std::vector<home::Problem>> source;
    if (subject.file.empty()) {
        const auto home = home::Home::open(call.home);
        if (!home) return fail(cannot("export", call.home, home.error()));
        source = home->source();
    } else {
        source = home::load_source(subject.file, home::environment_variable);
    }
    if (!source) return fail(home::to_error(source.error()));
    auto group = home::resolve(*source);
    if (!group) return fail(home::to_error(group.error()));
    subject.source = std::move(*source);
    subject.group = std::move(*group);
    if (subject.group.name.empty()) {
        auto folder = subject.source.folder.filename().string();
        subject.group.name = folder.empty() ? "group" : folder;
    }
    return subject;
}

Result<int> give_export(Invocation& call, foreign::ExportResult exported, bool to_folder) {
    if (!exported) return fail(home::to_error(exported.error()));
    tell(call, exported->notes);
    const auto to = call.value("to");
    if (to && to_folder)
        if (auto made = make_folder(*to, 0755); !made) return fail(in_doing("cannot export", made.error()));
    if (to)
        for (const auto& file : exported->files)
            if (auto written = replace_file(to_folder ? fs::path(*to) / file.name : fs::path(*to), file.content, 0644);
                !written)
                return fail(in_doing("cannot export", written.error()));
    if (wants_json(call)) {
        codec::Array files;
        for (const auto& file : exported->files)
            files.push_back(codec::Object{{"name", file.name}, {"content", file.content}});
        print_json(call, "layer-cake.export/1",
                   codec::Object{{"files", std::move(files)}, {"notes", to_json(exported->notes)}});
    } else if (!to) {
        for (const auto& file : exported->files) {
            if (exported->files.size() > 1)
                call.out << (&file == &exported->files.front() ? "" : "\n") << "# " << file.name << '\n';
            call.out << file.content;
        }
    }
    return Exit::ok;
}

} // namespace layer_cake::cli
