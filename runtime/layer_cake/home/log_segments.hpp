#pragma once

#include <cstdint>
#include <filesystem>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <string>
#include <vector>

/// The files of a log folder, looked at without trusting them.
namespace layer_cake::home {

/// A segment found in a folder.
struct SegmentFiles {
    std::uint32_t number = 0;         ///< 1..99,999,999
    bool data = false, index = false; ///< there is something of that name

    friend bool operator==(const SegmentFiles&, const SegmentFiles&) = default;
};

std::string data_name(std::uint32_t number);  ///< `00000001.log`
std::string index_name(std::uint32_t number); ///< `00000001.idx`

/// Opens a folder that is no symbolic link, nor is the one it is in. Fails with `missing` when it is not there, else
/// with `system`.
Result<Fd> open_log_folder(const std::filesystem::path& folder);

/// All names that belong to segments, by number.
std::vector<SegmentFiles> list_segments(int folder);

/// Opens a regular file, never waiting and never following a link; no descriptor when there is none.
Fd open_log_file(int folder, const std::string& name, bool writable = false);

/// Size of an open file, 0 when it cannot be told.
std::uint64_t file_size(int fd);

} // namespace layer_cake::home
