#include <algorithm>
#include <cli/group_view.hpp>

namespace layer_cake::cli {

GroupView::GroupView(supervise::GroupStatus status) {
    know(std::move(status));
}

void GroupView::know(supervise::GroupStatus status) {
    status_ = std::move(status);
    changes_ = status_.changes;
    known_ = true;
    places_.clear();
    for (std::size_t place = 0; place < status_.roles.size(); ++place)
        places_.emplace(status_.roles[place].name, place);
}

const supervise::RoleStatus* GroupView::find(const std::string& name) const {
    const auto place = places_.find(name);
    return place == places_.end() ? nullptr : &status_.roles[place->second];
}

void GroupView::refresh(supervise::GroupStatus status) {
    if (known_ && status.changes >= changes_) know(std::move(status));
}

Result<void> GroupView::apply(const codec::Value& event) {
    const codec::Value* kind = event.find("event");
    const std::string* word = kind ? kind->string() : nullptr;
    if (!word) return fail(Fault::invalid, "an event without a kind");
    if (*word == "role") {
        const codec::Value* role = event.find("role");
        const codec::Value* changes = event.find("changes");
        if (const auto number = changes ? changes->integer() : std::nullopt)
            changes_ = std::max(changes_, static_cast<std::uint64_t>(*number));
        return role && known_ ? apply_role(*role) : layer_cake::ok();
    }
    const bool end = *word == "end";
    if (!end && *word != "snapshot") return layer_cake::ok();
    if (const codec::Value* status = event.find("status")) {
        auto read = supervise::group_status_from_json(*status);
        if (!read) return fail(std::move(read).error());
        know(std::move(*read));
    }
    if (end) {
        ended_ = true;
        if (const codec::Value* returned = event.find("returned")) returned_ = *returned;
    }
    return layer_cake::ok();
}

Result<void> GroupView::apply_role(const codec::Value& role) {
    auto read = supervise::role_status_from_json(role);
    if (!read) return fail(std::move(read).error());
    const auto [known, fresh] = places_.try_emplace(read->name, status_.roles.size());
    if (fresh)
        status_.roles.push_back(std::move(*read));
    else
        status_.roles[known->second] = std::move(*read);
    return layer_cake::ok();
}

} // namespace layer_cake::cli
