#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/yaml_text_check.hpp>
#include <layer_cake/core/utf8.hpp>

namespace layer_cake::codec {
namespace {

constexpr std::size_t largest = 1u << 20;

tl::unexpected<Error> refused(std::string_view text, std::size_t at, std::string_view name, std::string_view rule) {
    const auto before = text.substr(0, at);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = at - (before.rfind('\n') + 1) + 1; // npos + 1 is 0
    return fail(Fault::invalid, fmt::format("{}:{}:{}: {}", name, line, column, rule));
}

bool forbidden(unsigned char byte) {
    return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f;
}

} // namespace

Result<void> check_yaml_text(std::string_view text, std::string_view name) {
    if (text.size() > largest) return fail(Fault::invalid, fmt::format("{}: larger than 1 MiB", name));
    if (const auto valid = valid_utf8_prefix(text); valid != text.size())
        return refused(text, valid, name, "this is not UTF-8");
    const auto control =
        std::find_if(text.begin(), text.end(), [](char c) { return forbidden(static_cast<unsigned char>(c)); });
    if (control != text.end()) {
        const auto rule =
            fmt::format("the control character \\x{:02x} is not allowed", static_cast<unsigned char>(*control));
        return refused(text, static_cast<std::size_t>(control - text.begin()), name, rule);
    }
    return ok();
}

} // namespace layer_cake::codec
