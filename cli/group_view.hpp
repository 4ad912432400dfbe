#pragma once

#include <layer_cake/codec/value.hpp>
#include <layer_cake/core/result.hpp>
#include <layer_cake/supervise/status.hpp>
#include <string_view>

namespace layer_cake::cli {

/// What is known of a running group, kept current by the lines of its event stream. A value; no I/O.
class GroupView {
public:
    GroupView() = default;
    explicit GroupView(supervise::GroupStatus status) : status_(std::move(status)), known_(true) {}

    /// Takes in one line of /events. Kinds of line it does not know are ignored; fails with `invalid` on one it cannot
    /// read.
    Result<void> apply(const codec::Value& event);

    const supervise::GroupStatus& status() const { return status_; }
    const supervise::RoleStatus* find(std::string_view name) const;
    bool known() const { return known_; }                      ///< the snapshot has come
    bool ended() const { return ended_; }                      ///< the group said so itself
    const codec::Value& returned() const { return returned_; } ///< of the `end` event

private:
    Result<void> apply_role(const codec::Value& role);

    supervise::GroupStatus status_;
    codec::Value frame_; ///< a status as it came: what a single role is read in
    codec::Value returned_;
    bool known_ = false;
    bool ended_ = false;
};

} // namespace layer_cake::cli
