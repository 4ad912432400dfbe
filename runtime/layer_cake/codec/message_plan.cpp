#include <layer_cake/codec/message_plan.hpp>

namespace layer_cake::codec {

const MessagePlan& make_plan(const type::Info& info) {
    auto* made = new MessagePlan;
    for (const auto& member : info.members())
        made->fields.push_back({",\"" + std::string(member.name) + "\":", member, member.info->kind});
    const void* first = nullptr;
    if (info.codec_slot().compare_exchange_strong(first, made, std::memory_order_acq_rel)) return *made;
    delete made;
    return *static_cast<const MessagePlan*>(first);
}

} // namespace layer_cake::codec
