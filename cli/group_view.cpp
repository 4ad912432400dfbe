#include <algorithm>
#include <cli/group_view.hpp>

namespace layer_cake::cli {

const supervise::RoleStatus* GroupView::find(std::string_view name) const {
    for (const auto& role : status_.roles)
        if (role.name == name) return &role;
    return nullptr;
}

Result<void> GroupView::apply(const codec::Value& event) {
    const codec::Value* kind = event.find("event");
    const std::string* word = kind ? kind->string() : nullptr;
    if (!word) return fail(Fault::invalid, "an event without a kind");
    if (*word == "role") {
        const codec::Value* role = event.find("role");
        return role && known_ ? apply_role(*role) : layer_cake::ok();
    }
    const bool end = *word == "end";
    if (!end && *word != "snapshot") return layer_cake::ok();
    if (const codec::Value* status = event.find("status")) {
        auto read = supervise::group_status_from_json(*status);
        if (!read) return fail(std::move(read).error());
        status_ = std::move(*read);
        frame_ = *status;
        known_ = true;
    }
    if (end) {
        ended_ = true;
        if (const codec::Value* returned = event.find("returned")) returned_ = *returned;
    }
    return layer_cake::ok();
}

Result<void> GroupView::apply_role(const codec::Value& role) {
    frame_.set("processes", codec::Array{role});
    auto read = supervise::group_status_from_json(frame_);
    if (!read) return fail(std::move(read).error());
    if (read->roles.empty()) return layer_cake::ok();
    auto& now = read->roles.front();
    auto known = std::find_if(status_.roles.begin(), status_.roles.end(),
                              [&](const auto& other) { return other.name == now.name; });
    if (known != status_.roles.end())
        *known = std::move(now);
    else
        status_.roles.push_back(std::move(now));
    return layer_cake::ok();
}

} // namespace layer_cake::cli
