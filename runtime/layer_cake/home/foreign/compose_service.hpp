#pragma once

#include <layer_cake/home/foreign/draft.hpp>

namespace layer_cake::home::foreign {

/// Adds the role of one member of `services`; it has no command when only its image knows one.
void read_service(const codec::Member& service, Draft& draft);

} // namespace layer_cake::home::foreign
