#pragma once

#include <filesystem>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <string>
#include <vector>

/// A home that the Python library's command made: the same folders, each role's settings in files of its own
/// (python_role.hpp), the group's in those of the role `group`, and no layer-cake.yaml.
namespace layer_cake::home {

bool is_python_home(const std::filesystem::path& home);

/// The definition that means the same. The group's `retry` becomes `restart` with the policy always, for its roles come
/// back whatever they ended by, but for the main role, which never does. What roles made of themselves, those with a
/// dot in their name, are not in it. Fails with `invalid`, naming the file, when anything of it cannot be read, and for
/// a name that no role may have.
Result<codec::Value> python_home_definition(const std::filesystem::path& home);

/// Restart rules of RetryIntervals, as a section of a definition; null for intervals that let nothing come back: pure.
codec::Value restart_of_retry(const codec::Value& retry);
/// And back: what of a section RetryIntervals can say; null where nothing is started again.
codec::Value retry_of_restart(const codec::Value& restart);

/// `host:port` of a definition as the members of a HostPort, which are what it may be given as, too; null for what is
/// neither: pure.
codec::Value host_port_words(const codec::Value* place);

} // namespace layer_cake::home
