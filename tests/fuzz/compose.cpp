#include "tests/fuzz/foreign.hpp"
#include <layer_cake/home/foreign/compose.hpp>

FUZZ_TARGET(text) {
    using namespace layer_cake::home::foreign;
    check_import(import_compose({"f", std::string(text)}));
}
