#include <fmt/format.h>
#include <layer_cake/core/result.hpp>

namespace layer_cake {

Error system_error(std::string what, int error_number) {
    const bool missing = error_number == ENOENT || error_number == ENOTDIR;
    std::string words = std::generic_category().message(error_number);
    if (!words.empty() && words[0] >= 'A' && words[0] <= 'Z') words[0] = static_cast<char>(words[0] - 'A' + 'a');
    return {missing ? Fault::missing : Fault::system, fmt::format("{}: {}", what, words)};
}

} // namespace layer_cake
