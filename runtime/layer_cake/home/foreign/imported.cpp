#include <fmt/format.h>
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/imported.hpp>

namespace layer_cake::home::foreign {

std::vector<Problem> check_imported(const Imported& imported, const std::filesystem::path& folder,
                                    const Variables& variables) {
    auto source = load_value(imported.group, imported.files.front(), folder, variables);
    if (!source) return std::move(source).error();
    source->files = imported.files;
    const auto group = resolve(*source);
    return group ? std::vector<Problem>() : group.error();
}

std::string group_file_text(const Imported& imported) {
    auto text = fmt::format("# Imported from {}.\n", terminal_safe(imported.files.front().string()));
    for (const auto& note : imported.notes) {
        const bool is_one = imported.files.size() == 1 && note.at.mark.line != 0;
        text +=
            fmt::format("# {}\n", terminal_safe(is_one ? fmt::format("line {}: {}", note.at.mark.line, note.at.message)
                                                       : note.text()));
    }
    return text + "\n" + codec::write_yaml(imported.group);
}

} // namespace layer_cake::home::foreign
