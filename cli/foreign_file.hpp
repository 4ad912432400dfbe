#pragma once

#include <cli/command.hpp>
#include <initializer_list>
#include <layer_cake/home/foreign/exported.hpp>
#include <layer_cake/home/home.hpp>

/// What `import` and `export` of other tools' files have in common.
namespace layer_cake::cli {

/// Reads the file that the one word names, else the first of the usual names that is there. Fails with `missing` and
/// with `invalid` for more than one word.
Result<home::foreign::Text> read_foreign(const Invocation& call, std::initializer_list<const char*> usual_names);

/// `.env` when there is one beside a file; else nothing.
std::string env_file_beside(const std::string& file);

/// `--to=FILE` of an import, and of an export that is one file.
extern constinit const Option import_to, export_to;

/// Prints what was imported, or writes it where `--to` says; notes and problems go to stderr.
Result<int> give_import(Invocation& call, home::foreign::ImportResult imported);

/// The group of an export: of the file that the one word names, else of ./layer-cake.yaml, else of the home, which
/// `--home-path` asks for.
struct ExportSubject {
    home::Source source;
    home::Group group;
    std::string file; ///< as given; empty: the home's
};
/// Fails with all problems of the file as one error.
Result<ExportSubject> export_subject(const Invocation& call);

/// Prints what was exported, or writes it where `--to` says: a folder when there may be several files.
Result<int> give_export(Invocation& call, home::foreign::ExportResult exported, bool to_folder);

} // namespace layer_cake::cli
