#pragma once

#include <layer_cake/type/info.hpp>
#include <string>
#include <vector>

namespace layer_cake::codec {

/// A message's members with what is the same in every encoding of it.
struct MessagePlan {
    struct Field {
        std::string key; ///< `,"x":`; the first member is written without the comma
        type::Member member;
        type::Kind kind;
    };
    std::vector<Field> fields;

    /// The index of the member of that name, or the number of members.
    std::size_t find(std::string_view name) const {
        std::size_t at = 0;
        while (at < fields.size() && fields[at].member.name != name)
            ++at;
        return at;
    }
};

/// The plan of a message type; made once and kept with the type.
const MessagePlan& make_plan(const type::Info& info);

inline const MessagePlan& plan_of(const type::Info& info) {
    const auto* plan = info.codec_slot().load(std::memory_order_acquire);
    return plan ? *static_cast<const MessagePlan*>(plan) : make_plan(info);
}

} // namespace layer_cake::codec
