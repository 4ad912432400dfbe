#include "tests/fuzz/foreign.hpp"
#include <layer_cake/home/foreign/process_compose.hpp>

FUZZ_TARGET(text) {
    using namespace layer_cake::home::foreign;
    check_import(import_process_compose({"f", std::string(text)}));
}
