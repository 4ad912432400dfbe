#pragma once

#include <layer_cake/core/clock.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/home/log_writer.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace layer_cake::process {

/// The log of a role that runs without a supervisor, kept by its own process: `--keep-logs`. Same folder and form as a
/// supervisor's, so that `layer-cake log` reads it. Any thread; lines keep their order.
class RoleLog {
public:
    /// @param role_folder  of a role whose lock this process has
    static Result<std::unique_ptr<RoleLog>> open(const std::string& role_folder);

    /// A line with its newline, of at most a page. What a full disk does not take is lost, counted and marked in its
    /// place.
    void write(std::string_view line);

private:
    RoleLog(const std::string& role_folder, Fd in, Fd out);

    std::mutex mutex_;
    SystemClock clock_;
    Fd in_, out_; ///< of a pipe: what LogWriter takes from
    home::LogWriter writer_;
};

} // namespace layer_cake::process
