#pragma once

#include <string>
#include <string_view>

namespace layer_cake::cli {

/// Tells a service manager how we are (sd_notify), when one listens: NOTIFY_SOCKET, a path or an abstract name.
/// Never fails: who started us may not care.
class ServiceNotify {
public:
    ServiceNotify(); ///< from the environment
    explicit ServiceNotify(std::string address) : address_(std::move(address)) {}

    bool wanted() const { return !address_.empty(); }
    void send(std::string_view lines) const; ///< `READY=1\nSTATUS=7/9 ready`

private:
    std::string address_;
};

} // namespace layer_cake::cli
