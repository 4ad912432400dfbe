#include <fmt/format.h>
#include <layer_cake/core/result.hpp>

namespace layer_cake {

namespace {

constexpr std::pair<std::string_view, Fault> fault_names[] = {
    {"failed", Fault::failed}, {"invalid", Fault::invalid},           {"missing", Fault::missing},
    {"busy", Fault::busy},     {"timed_out", Fault::timed_out},       {"not_running", Fault::not_running},
    {"system", Fault::system}, {"disconnected", Fault::disconnected},
};

} // namespace

std::string_view fault_name(Fault fault) {
    for (const auto& [name, known] : fault_names)
        if (known == fault) return name;
    return "failed";
}

std::optional<Fault> fault_named(std::string_view name) {
    for (const auto& [known, fault] : fault_names)
        if (known == name) return fault;
    return std::nullopt;
}

Error system_error(std::string what, int error_number) {
    const bool missing = error_number == ENOENT || error_number == ENOTDIR;
    std::string words = std::generic_category().message(error_number);
    if (!words.empty() && words[0] >= 'A' && words[0] <= 'Z') words[0] = static_cast<char>(words[0] - 'A' + 'a');
    return {missing ? Fault::missing : Fault::system, fmt::format("{}: {}", what, words)};
}

} // namespace layer_cake
