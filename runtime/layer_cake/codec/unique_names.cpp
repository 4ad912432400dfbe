#include <algorithm>
#include <layer_cake/codec/unique_names.hpp>

namespace layer_cake::codec {

const Member* repeated_name(const Object& members) {
    if (members.size() <= 8) {
        for (std::size_t i = 1; i < members.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (members[i].name == members[j].name) return &members[i];
        return nullptr;
    }
    std::vector<const Member*> sorted;
    sorted.reserve(members.size());
    for (const auto& member : members)
        sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(), [](const Member* a, const Member* b) {
        const int order = a->name.compare(b->name);
        return order != 0 ? order < 0 : a < b;
    });
    const auto same = [](const Member* a, const Member* b) { return a->name == b->name; };
    const auto pair = std::adjacent_find(sorted.begin(), sorted.end(), same);
    return pair == sorted.end() ? nullptr : *(pair + 1);
}

} // namespace layer_cake::codec
