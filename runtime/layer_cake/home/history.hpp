#pragma once

#include <filesystem>
#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/result.hpp>
#include <optional>
#include <string>
#include <vector>

namespace layer_cake::home {

/// How a process ended.
struct Ended {
    enum class How {
        exited,
        signaled,
        not_started,
        lost
    }; ///< lost: nobody was there to see it (the supervisor was killed)

    How how = How::exited;
    int code = 0;       ///< exit status, or signal number
    std::string detail; ///< not_started: why; `killed after the stop timeout`, ...

    bool success() const { return how == How::exited && code == 0; }
    std::string text() const;     ///< `exit 1`, `SIGKILL`, `executable "./web" not found`
    codec::Value to_json() const; ///< {"kind":"exited","code":1,"signal":null,...}
    friend bool operator==(const Ended&, const Ended&) = default;
};

/// One life of a role's process.
struct Life {
    WallTime started;
    int pid = 0;
    std::optional<WallTime> stopped; ///< nothing: still running, or see `Ended::lost`
    Ended ended;                     ///< when stopped
};

/// The last lives of a role (16 of them), oldest first, in `role/<role>/history`.
///
/// The file is appended to, a JSON line for each start and each end, with one
/// write(2): a reader never sees half a record but for the last line after a
/// power cut, which it ignores. Once above 16 KiB it is replaced by the last 16 lives.
class History {
public:
    static constexpr std::size_t depth = 16;

    /// @param whole  its last line is known to be finished: it need not be looked at before the next is added
    explicit History(std::filesystem::path file, bool whole = false) : file_(std::move(file)), whole_(whole) {}

    Result<void> started(WallTime when, int pid);
    Result<void> ended(WallTime when, int pid, const Ended& how);
    /// A start without an end is `lost` when `alive` is false.
    Result<std::vector<Life>> read(bool alive) const;

private:
    Result<void> add(std::string line);

    std::filesystem::path file_;
    bool whole_;
};

} // namespace layer_cake::home
