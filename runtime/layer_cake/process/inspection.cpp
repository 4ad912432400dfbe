#include <layer_cake/codec/json.hpp>
#include <layer_cake/process/inspection.hpp>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace layer_cake::process {

Result<Inspection> Inspection::open(const std::string& role_folder) {
    const bool own = ::access(role_folder.c_str(), W_OK) == 0;
    auto listener = net::UnixListener::listen(role_folder + (own ? "/" : "/lock/") + file_name);
    if (!listener) return fail(std::move(listener).error());
    return Inspection(std::move(*listener));
}

void Inspection::answer(object::Runtime& runtime) {
    const Fd client(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;
    constexpr timeval patience{0, 300'000};
    ::setsockopt(client.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const auto text = codec::write_json(runtime.report()) + "\n";
    for (std::string_view rest = text; !rest.empty();) {
        const auto sent = ::send(client.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
}

} // namespace layer_cake::process
