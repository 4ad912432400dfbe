#include <fmt/format.h>
#include <layer_cake/core/text.hpp>
#include <layer_cake/home/foreign/compose_extends.hpp>
#include <set>
#include <unordered_map>

namespace layer_cake::home::foreign {
namespace {

using codec::Member;
using codec::Object;
using codec::Value;

constexpr std::size_t deepest = 20; ///< services that extend one another in a row

std::size_t weight(const Value& value) {
    std::size_t sum = 64;
    if (const auto* text = value.string()) sum += text->size();
    if (const auto* items = value.array())
        for (const auto& item : *items)
            sum += weight(item);
    if (const auto* members = value.object())
        for (const auto& member : *members)
            sum += member.name.size() + weight(member.value);
    return sum;
}

/// `{A: 1, B: }` as `[A=1, B]`, where the other form has to be merged with it.
codec::Array as_list(const Value& value) {
    if (const auto* items = value.array()) return *items;
    codec::Array list;
    for (const auto& member : *value.object())
        list.push_back(marked(member.value.is_null()
                                  ? member.name
                                  : fmt::format("{}={}", member.name, member.value.scalar_text().value_or("")),
                              member.mark));
    return list;
}

/// `[db]` as `{db: {condition: service_started}}`, in the same case.
Value as_waits(const Value& value) {
    if (value.object()) return value;
    Object waits;
    for (const auto& item : *value.array())
        waits.emplace_back(item.scalar_text().value_or(""), Object{{"condition", "service_started"}}, item.mark);
    return marked(std::move(waits), value.mark);
}

bool is_list_or_mapping(const Value& value) {
    return value.array() || value.object();
}

Object merged(const Object& base, const Object& own);

Value merged(std::string_view key, const Value& base, const Value& own) {
    if (key == "command" || key == "entrypoint" || key == "test") return own;
    if (base.object() && own.object()) return marked(merged(*base.object(), *own.object()), own.mark);
    if (!is_list_or_mapping(base) || !is_list_or_mapping(own)) return own;
    if (key == "depends_on" && (base.object() || own.object())) return merged("", as_waits(base), as_waits(own));
    auto list = as_list(base);
    for (auto& item : as_list(own))
        list.push_back(std::move(item));
    return marked(std::move(list), own.mark);
}

Object merged(const Object& base, const Object& own) {
    Object all = base;
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t at = 0; at < base.size(); ++at)
        places.emplace(base[at].name, at);
    for (const auto& member : own) {
        const auto found = places.find(member.name);
        if (found == places.end()) {
            all.push_back(member);
            continue;
        }
        auto& place = all[found->second];
        place = Member(member.name, merged(member.name, place.value, member.value), member.mark);
    }
    return all;
}

class Extender {
public:
    Extender(const Object& services, Draft& draft) : draft_(draft) {
        for (const auto& service : services)
            services_.emplace(service.name, &service);
    }

    /// A service with what it extends; as it is where that cannot be.
    Value whole(const Member& service) {
        const auto* extends = extension_of(service);
        if (!extends || extends->value.find("file") || draft_.is_spent()) return service.value;
        const auto* named = extends->value.object() ? extends->value.find("service") : &extends->value;
        const auto name = named ? named->scalar_text().value_or("") : "";
        const auto at = extends->mark;
        const auto base = services_.find(name);
        if (base == services_.end()) {
            draft_.refuse(at, fmt::format("\"extends\" names \"{}\", which is no service", terminal_safe(name)));
            return service.value;
        }
        const bool again = !under_way_.insert(service.name).second;
        if (again || under_way_.size() > deepest) {
            if (!again) under_way_.erase(service.name);
            draft_.refuse(at, fmt::format("\"{}\" extends itself, or too many in a row", terminal_safe(service.name)));
            return service.value;
        }
        const auto extended = whole(*base->second);
        under_way_.erase(service.name);
        auto own = service.value;
        own.erase("extends");
        if (!extended.object() || !draft_.spend(weight(extended), at)) return own;
        draft_.translated(at, fmt::format("what \"{}\" has is written out", terminal_safe(name)));
        return marked(merged(*extended.object(), *own.object()), service.value.mark);
    }

private:
    static const Member* extension_of(const Member& service) {
        if (const auto* members = service.value.object())
            for (const auto& member : *members)
                if (member.name == "extends") return &member;
        return nullptr;
    }

    Draft& draft_;
    std::unordered_map<std::string_view, const Member*> services_;
    std::set<std::string> under_way_;
};

} // namespace

Object with_extended(const Object& services, Draft& draft) {
    Extender extender(services, draft);
    Object all;
    for (const auto& service : services)
        all.emplace_back(service.name, extender.whole(service), service.mark);
    return all;
}

} // namespace layer_cake::home::foreign
