#include <layer_cake/type/any.hpp>
#include <layer_cake/type/structure.hpp>

namespace layer_cake::type {

Any Any::make(const Info& info) {
    Holder holder{allocate_box(info)};
    info.construct(holder.box->value());
    return adopt(std::exchange(holder.box, nullptr));
}

const std::string& Any::signature() const {
    return box_ ? box_->info->signature() : info_of<Any>().signature();
}

Any Any::copy() const {
    if (!box_) return {};
    auto twin = make(*box_->info);
    copy_value(*box_->info, twin.value(), value());
    return twin;
}

bool operator==(const Any& a, const Any& b) {
    if (a.info() != b.info()) return false;
    return !a.box_ || equal_values(*a.box_->info, a.value(), b.value());
}

} // namespace layer_cake::type
