#include "tests/fuzz/foreign.hpp"
#include <layer_cake/home/foreign/supervisord.hpp>

// The second half of the text is a file that the first includes.
FUZZ_TARGET(text) {
    using namespace layer_cake::home::foreign;
    const Text whole{"f", std::string(text)};
    check_import(import_supervisord({&whole, 1}, {"/srv/$shop", "host"}));
    const Text halves[] = {{"f1", std::string(text.substr(0, text.size() / 2))},
                           {"f2", std::string(text.substr(text.size() / 2))}};
    check_import(import_supervisord(halves, {"/srv/shop", "host"}));
    for (const auto& pattern : supervisord_includes(whole))
        require(!pattern.empty());
}
