#pragma once

#include <functional>
#include <layer_cake/core/result.hpp>
#include <layer_cake/object/self.hpp>
#include <layer_cake/type/messages.hpp>

namespace layer_cake::net {
struct SessionKeys;
}

namespace layer_cake::directory {

/// Whom an enquiry is made of.
struct Enquiry {
    type::HostPort directory;
    bool encrypted = false;
    std::shared_ptr<const net::SessionKeys> keys{};
    Duration patience = std::chrono::seconds(30); ///< for the connection
    std::string executable = "layer-cake";        ///< by what name the directory shows whoever enquires
};

/// For a command: connects to a directory and runs `work`, which asks it what it likes, with the connection's proxy;
/// meanwhile answers as the directory of a process that has published nothing. Returns what `work` returns.
///
/// Fails as `net::connect_error` does: `not_running` for `nothing listens at 127.0.0.1:54195`; with `disconnected` when
/// the connection ends before `work` does.
Result<void> enquire(const Enquiry& enquiry,
                     std::function<Result<void>(object::Self& self, const type::Address& directory)> work);

} // namespace layer_cake::directory
