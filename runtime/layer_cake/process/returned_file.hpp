#pragma once

#include <filesystem>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/result.hpp>
#include <optional>
#include <string>
#include <string_view>

/// What the lives of a role returned: a file each, `<role folder>/returned/<pid>.json`, holding the full form. The
/// process writes it before it ends; the newest 16 are kept.
namespace layer_cake::process {

/// Limit: 1 MiB; more is refused with `invalid`.
Result<void> keep_returned(const std::filesystem::path& role_folder, int pid, std::string_view full);

/// What the life that began at `started` returned; nothing when it did not.
std::optional<std::string> kept_returned(const std::filesystem::path& role_folder, int pid, WallTime started);

} // namespace layer_cake::process
