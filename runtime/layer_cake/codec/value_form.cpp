#include <layer_cake/codec/value_form.hpp>

namespace layer_cake::codec {

using type::Kind;

bool to_typed_form(const type::Info& info, Value& value) {
    bool changed = false;
    switch (info.kind) {
    case Kind::optional:
        return to_typed_form(*info.element, value);
    case Kind::message:
        if (value.object())
            for (const auto& member : info.members())
                if (auto* given = value.find(member.name)) changed = to_typed_form(*member.info, *given) || changed;
        return changed;
    case Kind::map:
        if (value.object() && info.key->kind == Kind::unicode) {
            Array pairs;
            for (auto& member : *value.object())
                pairs.emplace_back(Array{std::move(member.name), std::move(member.value)});
            value = std::move(pairs);
            changed = true;
        }
        if (value.array())
            for (auto& pair : *value.array())
                if (pair.array() && pair.array()->size() == 2)
                    changed = to_typed_form(*info.element, pair.array()->back()) || changed;
        return changed;
    case Kind::array:
    case Kind::vector:
    case Kind::deque:
    case Kind::set:
        if (value.array())
            for (auto& element : *value.array())
                changed = to_typed_form(*info.element, element) || changed;
        return changed;
    default:
        return false;
    }
}

} // namespace layer_cake::codec
