#include <algorithm>
#include <layer_cake/net/agreement.hpp>
#include <layer_cake/type/registry.hpp>

namespace layer_cake::net {
namespace {

bool is_described(const type::Info& info, std::vector<const type::Info*>& seen) {
    using type::Kind;
    if (info.kind == Kind::any || info.kind == Kind::word || info.kind == Kind::target) return false;
    if (std::find(seen.begin(), seen.end(), &info) != seen.end()) return true;
    seen.push_back(&info);
    if (info.element && !is_described(*info.element, seen)) return false;
    if (info.key && !is_described(*info.key, seen)) return false;
    if (!info.members) return info.kind != Kind::message;
    const auto members = info.members();
    return std::all_of(members.begin(), members.end(),
                       [&](const type::Member& member) { return is_described(*member.info, seen); });
}

} // namespace

bool is_fully_described(const type::Info& info) {
    std::vector<const type::Info*> seen;
    return &info != &type::info_of<type::Incognito>() && is_described(info, seen);
}

const Agreement::Sent& Agreement::sends(const type::Info& info, bool& is_new) {
    is_new = false;
    if (&info == last_ && last_sent_.agreed) return last_sent_;
    auto [found, added] = sent_.try_emplace(&info);
    auto& sent = found->second;
    if (added && numbers_.size() < most_types && is_fully_described(info)) {
        sent.number = static_cast<std::uint32_t>(numbers_.size());
        sent.proposed = is_new = true;
        numbers_.push_back(&info);
    }
    last_ = &info;
    last_sent_ = sent;
    return sent;
}

bool Agreement::agreed(std::uint32_t number) {
    if (number >= numbers_.size()) return false;
    sent_[numbers_[number]].agreed = true;
    return true;
}

bool Agreement::proposed(const Proposal& proposal, bool& agree) {
    if (proposal.number != received_.size() || proposal.number >= most_types) return false;
    const auto* info = type::registry().find(proposal.signature);
    agree = info && info->schema_hash() == proposal.hash && is_fully_described(*info);
    received_.push_back(agree ? info : nullptr);
    return true;
}

} // namespace layer_cake::net
