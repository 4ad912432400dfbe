#include "tests/fuzz/foreign.hpp"
#include <layer_cake/home/foreign/procfile.hpp>

FUZZ_TARGET(text) {
    using namespace layer_cake::home::foreign;
    check_import(import_procfile({"f", std::string(text)}));
}
