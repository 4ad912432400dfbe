#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tl/expected.hpp>
#include <utility>

namespace layer_cake {

/// What went wrong, in terms the caller can act on. The command line maps
/// each kind to one exit status (layer-cake(1), EXIT STATUS).
enum class Fault {
    failed,       ///< the work was understood and could not be done
    invalid,      ///< the input broke a documented rule; retrying cannot help
    missing,      ///< the named home, role or file does not exist
    not_running,  ///< the thing exists but is not running, or not ready
    busy,         ///< another process holds it; retrying later may help
    timed_out,    ///< the deadline passed first
    disconnected, ///< the far side went away
    system,       ///< the operating system refused; `detail` has its words
};

/// A failure: its kind for the program, its words for the person.
struct Error {
    Fault fault = Fault::failed;
    std::string detail;  ///< lower case, no full stop: `role "db" has no executable`
    bool placed = false; ///< each line of `detail` begins with its place in a file: `layer-cake.yaml:14:7: ...`

    friend bool operator==(const Error&, const Error&) = default;
};

/// `not_running`: the word for a kind, as the control socket says it.
std::string_view fault_name(Fault fault);
/// The kind of that word, or nothing.
std::optional<Fault> fault_named(std::string_view name);

/// A value or the reason there is none.
template <class T>
using Result = tl::expected<T, Error>;

/// Success without a value: `return ok();` from a `Result<void>`.
inline Result<void> ok() {
    return {};
}

/// `return fail(Fault::missing, fmt::format("no role \"{}\"", name));`
inline tl::unexpected<Error> fail(Fault fault, std::string detail) {
    return tl::unexpected<Error>(Error{fault, std::move(detail)});
}

/// Passes an error on: `if (!got) return fail(std::move(got).error());`
inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

/// The operating system's refusal of `what` ("cannot open \"x\""), with its
/// words appended: `cannot open "x": permission denied`. ENOENT becomes `missing`.
Error system_error(std::string what, int error_number);

} // namespace layer_cake
