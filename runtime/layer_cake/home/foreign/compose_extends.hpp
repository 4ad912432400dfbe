#pragma once

#include <layer_cake/home/foreign/draft.hpp>

namespace layer_cake::home::foreign {

/// Services with what they extend written out, as compose merges it: mappings member by member, lists one after the
/// other, `command`, `entrypoint`, `test` and scalars replaced. A service of another file stays unresolved. Refuses
/// services that extend themselves, or one that is not there.
codec::Object with_extended(const codec::Object& services, Draft& draft);

} // namespace layer_cake::home::foreign
