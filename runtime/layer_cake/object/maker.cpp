#include <fmt/format.h>
#include <layer_cake/object/maker.hpp>
#include <map>
#include <mutex>
#include <string>

namespace layer_cake::object {
namespace {

struct Named {
    Maker maker = nullptr;
    bool several = false;
};
struct Makers {
    std::mutex mutex;
    std::map<std::string, Named, std::less<>> by_name;
};

Makers& makers() {
    static auto* const all = new Makers; // used before main() and after it
    return *all;
}

} // namespace

bool name_maker(std::string_view name, Maker maker) {
    auto& all = makers();
    const std::lock_guard guard(all.mutex);
    auto& named = all.by_name[std::string(name)];
    named.several = named.several || (named.maker && named.maker != maker);
    named.maker = maker;
    return true;
}

Result<Maker> find_maker(std::string_view name) {
    auto& all = makers();
    const std::lock_guard guard(all.mutex);
    const auto found = all.by_name.find(name);
    if (found == all.by_name.end()) return fail(Fault::missing, fmt::format("no object is named \"{}\"", name));
    if (found->second.several) return fail(Fault::invalid, fmt::format("several objects are named \"{}\"", name));
    return found->second.maker;
}

} // namespace layer_cake::object
