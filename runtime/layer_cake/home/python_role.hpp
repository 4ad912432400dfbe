#pragma once

#include <filesystem>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/result.hpp>
#include <optional>
#include <string>
#include <vector>

/// The files by which a process of the Python library knows its role. They lie in `role/<role>/`, hold one JSON text
/// each with the content under `value`, and are all there or the role is none:
///
///     unique_id.json        "fbd73de1-0fa1-4c4e-8a7a-534fe2b83d53"
///     executable_file.json  "/srv/shop/server.py"
///     log_storage.json      268435456
///     settings.json         [["port", ["integer8", 5050, []]], ["name", null]]
///     start_stop.json       [{"start": ..., "stop": ..., "returned": ["layer_cake.point_runtime.Ack", {}, []]}]
namespace layer_cake::home {

/// A setting with the type that the program gave it.
struct TypedSetting {
    std::string name;
    codec::Value typed; ///< `[signature, word, []]`, or null

    const codec::Value& word() const; ///< null where it has none
};

/// A life as such a process notes it.
struct PythonLife {
    WallTime started;
    std::optional<WallTime> stopped; ///< none: it runs, or was killed
    codec::Value returned;           ///< `[signature, word, []]`, or null
};

struct PythonRole {
    std::string executable;
    std::vector<TypedSetting> settings;
    std::vector<PythonLife> lives; ///< oldest first
};

/// Fails with `missing` or `invalid`, naming the file.
Result<PythonRole> read_python_role(const std::filesystem::path& folder);
Result<std::vector<TypedSetting>> read_typed_settings(const std::filesystem::path& folder);

/// Makes what is missing of a role's files and folders. An executable that is another one now is written anew, and so
/// are the settings where they differ from `settings`.
Result<void> keep_python_role(const std::filesystem::path& folder, const std::string& executable,
                              const std::vector<TypedSetting>& settings);

/// A process of the role notes that it begins, and at its end what it returns (`[signature, word, []]`, or null). The
/// last 16 lives are kept.
Result<void> note_python_start(const std::filesystem::path& folder, WallTime when);
Result<void> note_python_end(const std::filesystem::path& folder, WallTime when, codec::Value returned);

/// Who holds `lock/head`, for the library's command to tell and to stop: in `lock/head.json`.
Result<void> note_python_lock(const std::filesystem::path& folder, int pid, int parent_pid);

/// Of what is stored, the settings that a definition says too, with the same value; those it says otherwise, or that
/// nobody has given a type yet, are the `rest`: pure.
struct SettingsSplit {
    std::vector<TypedSetting> typed;
    codec::Object rest;
};
SettingsSplit split_settings(std::vector<TypedSetting> stored, const codec::Value& defined);

} // namespace layer_cake::home
