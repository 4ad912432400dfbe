#pragma once

#include <layer_cake/core/result.hpp>
#include <map>
#include <string>
#include <string_view>

namespace layer_cake::home::foreign {

/// What `{{.NAME}}` means, by name.
using TemplateVariables = std::map<std::string, std::string, std::less<>>;

/// Replaces `{{.NAME}}` and `{{ .NAME }}`. Fails with `invalid` for a name that is not known and for anything else
/// between the braces.
Result<std::string> fill_template(std::string_view text, const TemplateVariables& variables);

} // namespace layer_cake::home::foreign
