#pragma once

#include "tests/fuzz/target.hpp"
#include <layer_cake/codec/yaml.hpp>
#include <layer_cake/home/foreign/imported.hpp>

namespace layer_cake::home::foreign {

/// Any text becomes a group or problems with places; what is printed of the group is read as the same.
inline void check_import(const ImportResult& imported) {
    if (!imported) {
        require(!imported.error().empty());
        for (const auto& problem : imported.error())
            require(!problem.message.empty() && problem.text().starts_with("f"));
        return;
    }
    for (const auto& note : imported->notes)
        require(!note.at.message.empty() && note.text().starts_with("f"));
    // Nothing of the machine is read: files are looked for in a folder that is none.
    const auto variables = [](std::string_view) { return std::optional<std::string>("x"); };
    const auto problems = check_imported(*imported, "/dev/null/none", variables);
    for (const auto& problem : problems)
        require(!problem.message.empty());
    const auto again = codec::parse_yaml(group_file_text(*imported), "again");
    if (!again) return; // what aliases repeat is written out, and may then be more than one document may hold
    require(*again == imported->group);
}

} // namespace layer_cake::home::foreign
