#pragma once

#include <filesystem>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/home/group.hpp>
#include <string>
#include <vector>

/// Definitions that travel.
namespace layer_cake::home {

/// The definition without what only means something on this machine: the folder that the group's paths are relative to,
/// and the working folders below it. Programs are found in the home's `script` then.
/// @param folder  of the group, absolute
codec::Value portable_definition(codec::Value definition, const std::filesystem::path& folder);

/// The definition in a home that was made of an image: relative paths are below its `script`.
codec::Value settled_definition(codec::Value definition, const std::filesystem::path& script);

/// What of a group is not to be found on this machine: `role "web": "python3" not found on PATH`, one line each.
std::vector<std::string> missing_parts(const Group& group, const std::filesystem::path& script);

} // namespace layer_cake::home
