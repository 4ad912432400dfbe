#pragma once

#include <layer_cake/home/foreign/draft.hpp>
#include <layer_cake/home/foreign/template_text.hpp>
#include <string>
#include <vector>

namespace layer_cake::home::foreign {

/// What the processes of a process-compose file have in common.
struct ProcessProject {
    TemplateVariables vars;
    std::vector<std::string> shell; ///< program and argument before each command; empty: /bin/sh -c
    bool expands = true;            ///< variables are replaced

    struct ExitOnEnd {
        std::string role;
        codec::Mark mark;
    };
    std::vector<ExitOnEnd> exit_on_end; ///< roles whose end ends all
    std::vector<std::string> completed; ///< roles whose end another waits for
};

/// Adds the scalars of `vars`.
void add_template_variables(const codec::Member& vars, TemplateVariables& to, Draft& draft);

/// Adds the role of one member of `processes`.
void read_process(const codec::Member& process, ProcessProject& project, Draft& draft);

} // namespace layer_cake::home::foreign
