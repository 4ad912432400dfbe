#include <layer_cake/type/any.hpp>
#include <layer_cake/type/structure.hpp>
#include <unordered_set>
#include <utility>
#include <vector>

namespace layer_cake::type {
namespace {

struct CopyTo {
    const Info& info;
    void* to;
};

/// Passes one element on to the `fill` of the copy's sequence.
struct CopyFrom {
    const Info* key;
    const Info& element;
    const void* from_key;
    const void* from;
};

void copy_sequence(const Info& info, void* to, const void* from) {
    if (info.kind == Kind::array) {
        const auto step = info.element->size;
        auto* target = static_cast<std::byte*>(const_cast<void*>(info.sequence->data(to)));
        auto* source = static_cast<const std::byte*>(info.sequence->data(from));
        for (std::size_t at = 0; at < info.length; ++at)
            copy_value(*info.element, target + at * step, source + at * step);
        return;
    }
    info.sequence->clear(to);
    CopyTo copy{info, to};
    info.sequence->each(from, &copy, [](void* context, const void* element) {
        const auto& copy = *static_cast<CopyTo*>(context);
        CopyFrom source{nullptr, *copy.info.element, nullptr, element};
        return copy.info.sequence->append(copy.to, &source, [](void* context, void* element) {
            const auto& source = *static_cast<CopyFrom*>(context);
            copy_value(source.element, element, source.from);
            return true;
        });
    });
}

void copy_map(const Info& info, void* to, const void* from) {
    info.map->clear(to);
    CopyTo copy{info, to};
    info.map->each(from, &copy, [](void* context, const void* key, const void* value) {
        const auto& copy = *static_cast<CopyTo*>(context);
        CopyFrom source{copy.info.key, *copy.info.element, key, value};
        return copy.info.map->append(copy.to, &source, [](void* context, void* key, void* value) {
            const auto& source = *static_cast<CopyFrom*>(context);
            copy_value(*source.key, key, source.from_key);
            copy_value(source.element, value, source.from);
            return true;
        });
    });
}

std::vector<const void*> elements(const Info& info, const void* sequence) {
    std::vector<const void*> all;
    info.sequence->each(sequence, &all, [](void* context, const void* element) {
        static_cast<std::vector<const void*>*>(context)->push_back(element);
        return true;
    });
    return all;
}

std::vector<const void*> keys_and_values(const Info& info, const void* map) {
    std::vector<const void*> all;
    info.map->each(map, &all, [](void* context, const void* key, const void* value) {
        auto& all = *static_cast<std::vector<const void*>*>(context);
        all.push_back(key);
        all.push_back(value);
        return true;
    });
    return all;
}

bool equal_sequences(const Info& info, const void* a, const void* b) {
    if (info.sequence->size(a) != info.sequence->size(b)) return false;
    const auto of_a = elements(info, a);
    const auto of_b = elements(info, b);
    for (std::size_t at = 0; at < of_a.size(); ++at)
        if (!equal_values(*info.element, of_a[at], of_b[at])) return false;
    return true;
}

bool equal_maps(const Info& info, const void* a, const void* b) {
    if (info.map->size(a) != info.map->size(b)) return false;
    const auto of_a = keys_and_values(info, a);
    const auto of_b = keys_and_values(info, b);
    for (std::size_t at = 0; at < of_a.size(); at += 2) {
        if (!equal_values(*info.key, of_a[at], of_b[at])) return false;
        if (!equal_values(*info.element, of_a[at + 1], of_b[at + 1])) return false;
    }
    return true;
}

/// Empties the pointers of values, those they led to among them.
class Untying {
public:
    void run(const Info& info, void* value) {
        visit(info, value);
        for (std::size_t at = 0; at < found_.size(); ++at) {
            const auto [pointee, its_info] = found_[at]; // the list grows meanwhile
            visit(*its_info, pointee.get());
        }
    } // all is unlinked now, and ends with the list

private:
    void visit(const Info& info, void* value) {
        switch (info.kind) {
        case Kind::pointer:
            if (auto pointee = info.pointer->get(value); pointee && seen_.insert(pointee.get()).second)
                found_.emplace_back(std::move(pointee), info.element);
            return info.pointer->set(value, nullptr);
        case Kind::message:
            for (const auto& member : info.members())
                visit(*member.info, member.in(value));
            return;
        case Kind::any:
            if (auto& any = *static_cast<Any*>(value); any) visit(*any.info(), any.value());
            return;
        case Kind::optional:
            if (const auto* held = info.optional->get(value)) visit(*info.element, const_cast<void*>(held));
            return;
        case Kind::map:
            for (bool is_key = true; const auto* each : keys_and_values(info, value)) {
                if (!is_key) visit(*info.element, const_cast<void*>(each)); // keys stay as they are ordered
                is_key = !is_key;
            }
            return;
        case Kind::array:
        case Kind::vector:
        case Kind::deque:
            if (info.element->kind == Kind::boolean) return; // a vector of them has no elements to visit
            for (const auto* each : elements(info, value))
                visit(*info.element, const_cast<void*>(each));
            return;
        default:
            return;
        }
    }

    std::vector<std::pair<std::shared_ptr<void>, const Info*>> found_;
    std::unordered_set<const void*> seen_;
};

} // namespace

void untie(const Info& info, void* value) {
    Untying().run(info, value);
}

void copy_value(const Info& info, void* to, const void* from) {
    if (info.assign) return info.assign(to, from);
    switch (info.kind) {
    case Kind::message:
        for (const auto& member : info.members())
            copy_value(*member.info, member.in(to), member.in(from));
        return;
    case Kind::optional:
        if (const auto* held = info.optional->get(from))
            copy_value(*info.element, info.optional->emplace(to), held);
        else
            info.optional->reset(to);
        return;
    case Kind::map:
        return copy_map(info, to, from);
    default:
        return copy_sequence(info, to, from);
    }
}

bool equal_values(const Info& info, const void* a, const void* b) {
    if (info.equal) return info.equal(a, b);
    switch (info.kind) {
    case Kind::message:
        for (const auto& member : info.members())
            if (!equal_values(*member.info, member.in(a), member.in(b))) return false;
        return true;
    case Kind::optional: {
        const auto* of_a = info.optional->get(a);
        const auto* of_b = info.optional->get(b);
        return of_a && of_b ? equal_values(*info.element, of_a, of_b) : of_a == of_b;
    }
    case Kind::map:
        return equal_maps(info, a, b);
    default:
        return equal_sequences(info, a, b);
    }
}

} // namespace layer_cake::type
