#pragma once

#include <cli/command.hpp>
#include <cli/load/outcome.hpp>
#include <cli/load/plan.hpp>
#include <iosfwd>

namespace layer_cake::cli::load {

/// Seconds by which counts become rates: the schedule's, else those until the last outcome.
double window_of(const Plan& plan, const Outcome& outcome);

struct ReportRules {
    bool colour = false;
    bool blocks = true;
    std::size_t columns = 80;
};

/// What a load has shown, for people.
void print_report(std::ostream& out, const Plan& plan, const Outcome& outcome, ReportRules rules);

/// The same as JSON: `layer-cake.load/1`, described in layer-cake-load(1). Times are seconds.
codec::Value report_json(const Plan& plan, const Outcome& outcome);

/// Success, or why the load cannot be called one: nothing has answered, a table or a status was not the one wanted.
Result<void> verdict(const Plan& plan, const Outcome& outcome);

} // namespace layer_cake::cli::load
