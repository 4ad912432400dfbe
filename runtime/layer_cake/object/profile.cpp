#include <layer_cake/object/profile.hpp>
#include <mutex>
#include <unordered_map>

namespace layer_cake::object {
namespace {

struct Profiles {
    std::mutex mutex;
    std::unordered_map<const void*, Profile*> functions;
};

Profiles& profiles() {
    static auto* const all = new Profiles; // objects may end after the program's statics
    return *all;
}

} // namespace

Profile& function_profile(const void* function) {
    auto& all = profiles();
    const std::lock_guard guard(all.mutex);
    auto*& profile = all.functions[function];
    if (!profile) profile = new Profile{.name = "function"};
    return *profile;
}

bool name_function(const void* function, std::string_view name, std::span<const type::Info* const> accepted) {
    auto& profile = function_profile(function);
    profile.name = name;
    profile.accepts.assign(accepted.begin(), accepted.end());
    return true;
}

Profile* find_profile(std::string_view name) {
    auto& all = profiles();
    const std::lock_guard guard(all.mutex);
    for (const auto& [function, profile] : all.functions)
        if (profile->name == name) return profile;
    return nullptr;
}

} // namespace layer_cake::object
