#include <algorithm>
#include <layer_cake/type/info.hpp>
#include <vector>

namespace layer_cake::type {
namespace {

std::string signature_of(const Info& info) {
    switch (info.kind) {
    case Kind::message:
    case Kind::enumeration:
        return info.name.empty() ? "(internal)" : std::string(info.name);
    case Kind::optional:
        return info.element->signature();
    case Kind::array:
        return "array<" + info.element->signature() + "," + std::to_string(info.length) + ">";
    case Kind::map:
        return "map<" + info.key->signature() + "," + info.element->signature() + ">";
    case Kind::pointer:
    case Kind::vector:
    case Kind::deque:
    case Kind::set:
        return std::string(kind_name(info.kind)) + "<" + info.element->signature() + ">";
    default:
        return std::string(kind_name(info.kind));
    }
}

/// As the signature, but an optional differs from what it holds: their binary forms do.
std::string exact(const Info& info) {
    switch (info.kind) {
    case Kind::message:
    case Kind::enumeration:
        return std::string(info.name);
    case Kind::optional:
        return exact(*info.element) + "?";
    default:
        break;
    }
    std::string text(kind_name(info.kind));
    if (info.key) text += "<" + exact(*info.key);
    if (info.element) text += "<" + exact(*info.element) + "," + std::to_string(info.length);
    return text;
}

void collect(const Info& info, std::vector<const Info*>& all) {
    if (info.key) collect(*info.key, all);
    if (info.element) collect(*info.element, all);
    if (info.kind != Kind::message && info.kind != Kind::enumeration) return;
    if (std::find(all.begin(), all.end(), &info) != all.end()) return;
    all.push_back(&info);
    if (!info.members) return;
    for (const auto& member : info.members())
        collect(*member.info, all);
}

std::string described(const Info& info) {
    std::string text(info.name);
    if (info.members)
        for (const auto& member : info.members())
            text += "\n " + std::string(member.name) + " " + exact(*member.info);
    else if (info.enumerators) // neither: what never travels
        for (const auto& enumerator : info.enumerators())
            text += "\n " + std::string(enumerator.name);
    return text;
}

std::uint64_t hash(std::string_view text) { // FNV-1a
    std::uint64_t value = 0xcbf29ce484222325;
    for (const char c : text)
        value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return value;
}

} // namespace

const Info::Facts& Info::make_facts() const {
    std::vector<const Info*> parts;
    collect(*this, parts);
    std::sort(parts.begin(), parts.end(), [](const Info* a, const Info* b) { return a->name < b->name; });
    auto text = exact(*this);
    for (const auto* part : parts)
        text += "\n" + described(*part);

    const auto* made = new Facts{signature_of(*this), hash(text)};
    const Facts* first = nullptr;
    if (facts_.compare_exchange_strong(first, made, std::memory_order_acq_rel)) return *made;
    delete made;
    return *first;
}

} // namespace layer_cake::type
