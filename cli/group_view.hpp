#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/supervise/status.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

namespace layer_cake::cli {

/// What is known of a running group, kept current by the lines of its event stream. A value; no I/O.
class GroupView {
public:
    GroupView() = default;
    explicit GroupView(supervise::GroupStatus status);

    /// Takes in one line of /events. Kinds of line it does not know are ignored; fails with `invalid` on one it cannot
    /// read.
    Result<void> apply(const codec::Value& event);

    /// Takes in a whole status that came by another way, unless the events so far are newer.
    void refresh(supervise::GroupStatus status);

    const supervise::GroupStatus& status() const { return status_; }
    const supervise::RoleStatus* find(const std::string& name) const;
    bool known() const { return known_; }                      ///< the snapshot has come
    bool ended() const { return ended_; }                      ///< the group said so itself
    const codec::Value& returned() const { return returned_; } ///< of the `end` event

private:
    Result<void> apply_role(const codec::Value& role);
    void know(supervise::GroupStatus status);

    supervise::GroupStatus status_;
    std::unordered_map<std::string, std::size_t> places_; ///< of roles in status_
    codec::Value returned_;
    std::uint64_t changes_ = 0; ///< the last ones known
    bool known_ = false;
    bool ended_ = false;
};

} // namespace layer_cake::cli
