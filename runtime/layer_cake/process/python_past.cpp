#include <layer_cake/codec/json.hpp>
#include <layer_cake/home/history.hpp>
#include <layer_cake/home/python_home.hpp>
#include <layer_cake/home/python_log.hpp>
#include <layer_cake/home/python_role.hpp>
#include <layer_cake/process/python_past.hpp>
#include <layer_cake/process/returned_file.hpp>

namespace layer_cake::process {
namespace {

constexpr int faulty = 71;

bool is_fault(const codec::Value& returned) {
    const auto* parts = returned.array();
    return parts && parts->size() == 3 && (*parts)[1].find("condition") && (*parts)[1].find("exit_status");
}

/// They are of no process that anybody knows: their numbers are below zero.
Result<void> note_lives(const home::Paths& paths, const std::string& role, const std::vector<home::PythonLife>& lives) {
    home::History history(paths.history(role));
    int number = 0;
    for (const auto& life : lives) {
        --number;
        if (auto noted = history.started(life.started, number); !noted) return noted;
        if (!life.stopped) continue;
        const int status = is_fault(life.returned) ? faulty : 0;
        if (auto noted = history.ended(*life.stopped, number, {home::Ended::How::exited, status, {}}); !noted)
            return noted;
        if (life.returned.is_null()) continue;
        const auto full = codec::write_json(codec::Object{{"value", life.returned}});
        if (auto kept = keep_returned(paths.role(role), number, full); !kept) return kept;
    }
    return ok();
}

} // namespace

Result<void> take_over_past(const home::Paths& paths, const std::string& role) {
    if (!home::is_python_home(paths.home)) return ok();
    const auto known = home::History(paths.history(role)).read(false);
    if (!known || !known->empty()) return known ? ok() : fail(known.error());
    const auto theirs = home::read_python_role(paths.role(role));
    if (!theirs) return fail(theirs.error());
    if (theirs->lives.empty()) return ok();
    if (auto log = home::import_python_log(paths.logs(role)); !log) return log;
    return note_lives(paths, role, theirs->lives);
}

void try_to_take_over_past(const home::Paths& paths, const std::string& role) {
    if (home::is_python_home(paths.home) && !home::Lock::held(paths.role(role) / "lock" / "head"))
        (void)take_over_past(paths, role);
}

} // namespace layer_cake::process
