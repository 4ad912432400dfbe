#include <cli/commands.hpp>
#include <cli/foreign_file.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <layer_cake/home/foreign/systemd.hpp>

namespace layer_cake::cli {
namespace {

namespace foreign = home::foreign;
namespace fs = std::filesystem;

constexpr Option options[] = {
    {.name = "mode",
     .help = "one unit that runs the group, or a unit for each process and a target (default single)",
     .value = "single|split",
     .initials = false},
    {.name = "to",
     .help = "write the units into this folder instead of printing them",
     .value = "FOLDER",
     .completes = "folders"},
    {.name = "user", .help = "user that the units run as", .value = "NAME"},
};

/// What runs the group, as words of a unit.
std::string run_arguments(const Invocation& call, const ExportSubject& subject) {
    std::error_code error;
    const auto home = foreign::unit_word("--home-path=" + fs::absolute(call.home, error).lexically_normal().string());
    if (subject.file.empty()) return "run " + home;
    return fmt::format("up {} {}", foreign::unit_word(fs::absolute(subject.file, error).lexically_normal().string()),
                       home);
}

Result<int> run(Invocation& call) {
    const auto subject = export_subject(call);
    if (!subject) return fail(subject.error());
    std::error_code error;
    const foreign::SystemdPlan plan{fs::read_symlink("/proc/self/exe", error).string(), run_arguments(call, *subject),
                                    call.value("user").value_or("")};
    const bool split = call.value("mode") == "split";
    return give_export(call,
                       split ? foreign::export_systemd_split(subject->source, subject->group, plan)
                             : foreign::export_systemd(subject->source, subject->group, plan),
                       true);
}

} // namespace

constinit const Command export_systemd{
    .name = "export systemd",
    .words = "[FILE]",
    .summary = "write a group as systemd units",
    .options = options,
    .run = run,
    .completes = "files",
};

} // namespace layer_cake::cli
