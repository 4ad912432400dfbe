#pragma once

#include <layer_cake/core/result.hpp>
#include <map>
#include <string>
#include <string_view>

namespace layer_cake::home::foreign {

/// What `%(name)s` stands for, as text ready for a group file.
using Expansions = std::map<std::string, std::string, std::less<>>;

/// A text of supervisord's with `%(name)s`, `%(name)d` and `%(name)02d` replaced, `%%` a percent sign, and each dollar
/// sign of its own doubled. `%(ENV_NAME)s` that `expansions` does not have becomes the variable `${NAME}`.
/// Fails with `invalid` as supervisord does: for a name that is not known and a percent sign on its own.
Result<std::string> expand_percents(std::string_view text, const Expansions& expansions);

} // namespace layer_cake::home::foreign
