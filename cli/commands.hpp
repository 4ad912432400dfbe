#pragma once

#include <cli/command.hpp>

/// Every subcommand of the executable. Each is one row, defined in the file of
/// its name, and listed in the sorted table of commands.cpp.
namespace layer_cake::cli {

extern constinit const Command add_command;
extern constinit const Command check_command;
extern constinit const Command completion_command;
extern constinit const Command create_command;
extern constinit const Command delete_command;
extern constinit const Command destroy_command;
extern constinit const Command down_command;
extern constinit const Command edit_command;
extern constinit const Command explain_command;
extern constinit const Command export_command;
extern constinit const Command group_command;
extern constinit const Command help_command;
extern constinit const Command history_command;
extern constinit const Command host_command;
extern constinit const Command import_command;
extern constinit const Command lan_command;
extern constinit const Command list_command;
extern constinit const Command load_command;
extern constinit const Command log_command;
extern constinit const Command model_command;
extern constinit const Command network_command;
extern constinit const Command ping_command;
extern constinit const Command realm_command;
extern constinit const Command resource_command;
extern constinit const Command restart_command;
extern constinit const Command returned_command;
extern constinit const Command run_command;
extern constinit const Command scale_command;
extern constinit const Command script_command;
extern constinit const Command start_command;
extern constinit const Command status_command;
extern constinit const Command stop_command;
extern constinit const Command up_command;
extern constinit const Command update_command;
extern constinit const Command version_command;
extern constinit const Command wait_command;

// Subjects of `export`, `import` and `realm`.
extern constinit const Command export_home;
extern constinit const Command export_image;
extern constinit const Command export_kubernetes;
extern constinit const Command export_procfile;
extern constinit const Command export_systemd;
extern constinit const Command import_compose;
extern constinit const Command import_home;
extern constinit const Command import_image;
extern constinit const Command import_process_compose;
extern constinit const Command import_procfile;
extern constinit const Command import_supervisord;
extern constinit const Command realm_keygen;
extern constinit const Command realm_status;

} // namespace layer_cake::cli
