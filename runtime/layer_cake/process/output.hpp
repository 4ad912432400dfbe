#pragma once

#include <layer_cake/process/start_options.hpp>
#include <layer_cake/type/any.hpp>

namespace layer_cake::process {

/// What a program says at its end: pure.
struct Output {
    std::string out; ///< for stdout, with its newline; empty for nothing
    std::string err; ///< for stderr, without the program's name
    int status = 0;
};

/// A returned value as text. Without `--full-output` the value's own JSON, in lines; a fault's words go to stderr.
/// With it the value with its type, and faults too: `{"value":["integer8",720,[]]}`, in lines and with sorted members
/// unless `--child-process`.
Output output_of(const type::Any& value, const StartOptions& options);

/// `aborted (user or software interrupt)`
std::string fault_text(const type::Faulted& fault);

/// The value in the full form on one line; empty when it has none.
std::string full_form(const type::Any& value);

} // namespace layer_cake::process
