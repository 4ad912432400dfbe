#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <layer_cake/supervise/free_port.hpp>
#include <layer_cake/supervise/names.hpp>
#include <layer_cake/supervise/role_process.hpp>

namespace layer_cake::supervise {

Result<void> RoleProcess::assign_ports() {
    free_ports();
    environment_.clear();
    if (role_.ports.empty()) return ok();
    environment_ = context_.environment;
    for (const auto& port : role_.ports) {
        auto number = port.number;
        if (number == 0) {
            auto found = free_port(context_.ports);
            if (!found) return fail(std::move(found).error());
            number = *found;
            context_.ports.insert(number);
        }
        std::string name = port.name;
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
        // The last counts where a name comes twice.
        if (ports_.empty()) environment_.push_back(fmt::format("PORT={}", number));
        environment_.push_back(fmt::format("PORT_{}={}", name, number));
        ports_.push_back({port.name, number});
    }
    return ok();
}

Result<void> RoleProcess::assign_addresses() {
    if (!role_.addresses.empty() && environment_.empty()) environment_ = context_.environment;
    for (const auto& wanted : role_.addresses) {
        const auto address = context_.names ? context_.names->find(wanted.name, wanted.scope) : std::nullopt;
        if (!address) return fail(Fault::not_running, fmt::format("name \"{}\" is not published", wanted.name));
        const auto host = address->host.find(':') == std::string::npos ? address->host : '[' + address->host + ']';
        environment_.push_back(fmt::format("{}={}:{}", wanted.variable, host, address->port));
        environment_.push_back(fmt::format("{}_HOST={}", wanted.variable, address->host));
        environment_.push_back(fmt::format("{}_PORT={}", wanted.variable, address->port));
    }
    return ok();
}

void RoleProcess::free_ports() {
    for (const auto& port : ports_)
        context_.ports.erase(port.number);
    ports_.clear();
}

std::uint16_t RoleProcess::port(std::string_view name) const {
    const auto found = std::find_if(ports_.begin(), ports_.end(), [&](const auto& port) { return port.name == name; });
    return found == ports_.end() || pid_ == 0 ? 0 : found->number;
}

home::Probe RoleProcess::addressed(home::Probe probe) const {
    if (!probe.address.named.empty()) probe.address.port = port(probe.address.named);
    return probe;
}

} // namespace layer_cake::supervise
