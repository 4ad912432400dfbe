#pragma once

#include <layer_cake/home/foreign/exported.hpp>

namespace layer_cake::home::foreign {

/// How a group becomes systemd units.
struct SystemdPlan {
    std::string program; ///< layer-cake itself, absolute
    std::string
        run_arguments; ///< what makes it run the group: `run --home-path=/srv/shop/.layer-cake`, ready for a unit
    std::string user;  ///< for all; empty: root, or who runs `systemctl --user`
};

/// One unit of type notify that runs the group: all that layer-cake promises stays.
ExportResult export_systemd(const Source& source, const Group& group, const SystemdPlan& plan);

/// A unit for each process and a target for the group; no layer-cake runs then. What needs one - pools, the group's
/// endpoint - is refused; probes after the start are not carried.
ExportResult export_systemd_split(const Source& source, const Group& group, const SystemdPlan& plan);

/// A name as part of a unit's: what it cannot have becomes an underscore.
std::string unit_name(std::string_view name);
/// A word of ExecStart= or Environment=, quoted where needed. Percent signs are doubled, and dollar signs in a command.
std::string unit_word(std::string_view word, bool in_command = true);
/// A text that is the whole value of a key, such as Description=.
std::string unit_text(std::string_view text);

} // namespace layer_cake::home::foreign
