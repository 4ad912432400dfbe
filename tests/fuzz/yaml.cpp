#include "tests/fuzz/target.hpp"
#include <layer_cake/codec/yaml.hpp>

// Any text is read or refused with a place; what is read is written and read back equal.
FUZZ_TARGET(text) {
    using namespace layer_cake::codec;
    const auto value = parse_yaml(text, "f");
    if (!value) {
        require(value.error().fault == layer_cake::Fault::invalid);
        require(value.error().detail.rfind("f:", 0) == 0);
        return;
    }
    const auto again = parse_yaml(write_yaml(*value), "again");
    if (again)
        require(*again == *value);
    else // what aliases repeat is written out, and may then be more than one document may hold
        require(text.find('*') != text.npos || text.size() > 1000);
}
