#include <cli/network/find.hpp>
#include <fmt/format.h>

namespace layer_cake::cli::network {

Result<const directory::Surveyed*> find_directory(const directory::Surveyed& top, std::string_view prefix) {
    std::vector<const directory::Surveyed*> found;
    bool is_other = false;
    const auto begins = [&](const type::Uuid& id) { return type::format_uuid(id).starts_with(prefix); };
    for (const auto* node : directory::all_of(top)) {
        if (begins(node->listing.unique_id)) found.push_back(node);
        for (const auto& one : node->listing.published)
            is_other = is_other || begins(one.published_id);
        for (const auto& one : node->listing.subscribed)
            is_other = is_other || begins(one.subscribed_id);
    }
    if (found.size() == 1) return found.front();
    if (found.size() > 1) return fail(Fault::invalid, fmt::format("{} directories have such an id", found.size()));
    if (is_other) return fail(Fault::invalid, "not a directory node");
    return fail(Fault::missing, "not present in directory");
}

} // namespace layer_cake::cli::network
