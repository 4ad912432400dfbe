#include <array>
#include <layer_cake/type/kind.hpp>

namespace layer_cake::type {

std::string_view kind_name(Kind kind) {
    static constexpr std::array<std::string_view, 36> names{
        "boolean",   "byte",      "character", "rune",   "integer1", "integer2", "integer4", "integer8",    "unsigned1",
        "unsigned2", "unsigned4", "unsigned8", "float4", "float8",   "string",   "unicode",  "block",       "clock",
        "span",      "world",     "delta",     "uuid",   "type",     "address",  "target",   "any",         "word",
        "optional",  "pointer",   "array",     "vector", "deque",    "set",      "map",      "enumeration", "message",
    };
    static_assert(names.size() == static_cast<std::size_t>(Kind::message) + 1);
    return names[static_cast<std::size_t>(kind)];
}

} // namespace layer_cake::type
