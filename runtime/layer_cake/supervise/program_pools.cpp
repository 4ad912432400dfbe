#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/fd.hpp>
#include <layer_cake/net/unix_socket.hpp>
#include <layer_cake/process/inspection.hpp>
#include <layer_cake/supervise/program_pools.hpp>
#include <sys/time.h>

namespace layer_cake::supervise {
namespace {

constexpr std::size_t most_bytes = 1u << 20;

/// What a role says of itself; empty when it says nothing.
std::string ask(const std::string& path) {
    const auto address = net::unix_address(path);
    if (!address) return {};
    const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    constexpr timeval patience{0, 500'000};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (!socket || ::connect(socket.get(), address->base(), address->size) != 0) return {};
    std::string text;
    char buffer[16 << 10];
    for (;;) {
        const auto size = ::recv(socket.get(), buffer, sizeof buffer, 0);
        if (size == 0) return text;
        if (size < 0 || text.size() + static_cast<std::size_t>(size) > most_bytes) return {};
        text.append(buffer, static_cast<std::size_t>(size));
    }
}

} // namespace

void add_program_pools(GroupStatus& group, const home::Paths& paths) {
    for (const auto& role : group.roles) {
        if (role.pid <= 0) continue;
        std::error_code error;
        auto socket = paths.role(role.name) / process::Inspection::file_name;
        if (!std::filesystem::is_socket(socket, error))
            socket = paths.role(role.name) / "lock" / process::Inspection::file_name;
        if (!std::filesystem::is_socket(socket, error)) continue;
        const auto said = codec::parse_json(ask(socket.string()));
        const auto* pools = said ? said->find("pools") : nullptr;
        if (!pools || !pools->array()) continue;
        for (const auto& one : *pools->array())
            if (auto pool = pool::pool_status_from_json(one)) {
                pool->role = role.name;
                pool->name = role.name + '.' + pool->name;
                group.pools.push_back(std::move(*pool));
            }
    }
}

} // namespace layer_cake::supervise
