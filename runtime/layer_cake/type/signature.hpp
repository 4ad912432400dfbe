#pragma once

#include <layer_cake/core/result.hpp>
#include <layer_cake/type/kind.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::type {

/// A portable type as its parts, known in this process or not.
struct Signature {
    Kind kind = Kind::any;
    std::string name;             ///< of a message or an enumeration - which of them, the text does not say: `message`
    std::size_t length = 0;       ///< of an array
    std::vector<Signature> parts; ///< the element; of a map the key and the value

    friend bool operator==(const Signature&, const Signature&) = default;
};

/// Reads `map<unicode,vector<test_api.Xy>>`. Blanks are not allowed. Limit: 32 levels, 4096 characters.
/// Fails with `invalid`, naming the text and what is wrong with it.
Result<Signature> parse_signature(std::string_view text);

/// The text that parse_signature() reads.
std::string format_signature(const Signature& signature);

} // namespace layer_cake::type
