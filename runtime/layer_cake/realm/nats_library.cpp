#include <dlfcn.h>
#include <fmt/format.h>
#include <layer_cake/realm/nats_library.hpp>
#include <string>

namespace layer_cake::realm {
namespace {

struct Library {
    NatsFunctions functions;
    Result<void> loaded = ok();
};

Library load() {
    Library library;
    // The one whose header this is compiled with.
    const auto file = fmt::format("libnats.so.{}.{}", NATS_VERSION_MAJOR, NATS_VERSION_MINOR);
    void* const opened = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!opened) {
        library.loaded = fail(Fault::missing, fmt::format("NATS needs a library: {}", ::dlerror()));
        return library;
    }
    const auto find = [&](auto& function, const char* name) {
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(opened, name));
        if (!function) library.loaded = fail(Fault::invalid, fmt::format("{} has no \"{}\"", file, name));
    };
#define LAYER_CAKE_NATS_FIND(name) find(library.functions.name, #name);
    LAYER_CAKE_NATS(LAYER_CAKE_NATS_FIND)
#undef LAYER_CAKE_NATS_FIND
    return library;
}

/// Never destroyed, as the library itself: its threads outlive main().
const Library& library() {
    static const auto* const loaded = new Library(load());
    return *loaded;
}

} // namespace

Result<void> load_nats() {
    return library().loaded;
}

const NatsFunctions& nats() {
    return library().functions;
}

} // namespace layer_cake::realm
