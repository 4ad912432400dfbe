#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/type/messages.hpp>
#include <layer_cake/type/registry.hpp>

namespace layer_cake::type {
namespace {

/// The same type as far as anybody can tell: an optional has its element's name, `long long` that of `long`.
bool interchangeable(const Info& a, const Info& b) {
    return &a == &b || (a.kind != Kind::message && a.kind != Kind::enumeration && a.kind == b.kind);
}

} // namespace

Registry::Registry() {
    for (const auto* info : standard_types())
        noted_.push_back(info);
}

bool Registry::note(const Info& info) {
    const std::unique_lock lock(mutex_);
    noted_.push_back(&info);
    settled_.store(false, std::memory_order_release);
    return true;
}

Result<void> Registry::add(const Info& info) {
    settle();
    const std::unique_lock lock(mutex_);
    return take(info);
}

const Info* Registry::find(std::string_view signature) const {
    settle();
    const std::shared_lock lock(mutex_);
    const auto found = types_.find(signature);
    return found == types_.end() ? nullptr : found->second;
}

std::vector<Error> Registry::problems() const {
    settle();
    const std::shared_lock lock(mutex_);
    return problems_;
}

std::vector<std::string> Registry::signatures() const {
    settle();
    const std::shared_lock lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [signature, info] : types_)
        all.push_back(signature);
    std::sort(all.begin(), all.end());
    return all;
}

// The members of a description are looked at only here: their table needs a sample of the message, which may not be
// made before main().
void Registry::settle() const {
    if (settled_.load(std::memory_order_acquire)) return;
    const std::unique_lock lock(mutex_);
    for (const auto* info : noted_)
        if (const auto taken = take(*info); !taken) problems_.push_back(taken.error());
    noted_.clear();
    settled_.store(true, std::memory_order_release);
}

Result<void> Registry::take(const Info& info) const {
    if (info.kind == Kind::optional) return take(*info.element);
    const auto [known, is_new] = types_.try_emplace(info.signature(), &info);
    if (!is_new) {
        if (interchangeable(*known->second, info)) return ok();
        return fail(Fault::invalid, fmt::format("two types have the name \"{}\"", info.signature()));
    }
    if (info.key)
        if (auto taken = take(*info.key); !taken) return taken;
    if (info.element)
        if (auto taken = take(*info.element); !taken) return taken;
    if (!info.members) return ok();
    for (const auto& member : info.members())
        if (auto taken = take(*member.info); !taken) return taken;
    return ok();
}

Registry& registry() {
    static auto* const own = new Registry; // outlives every static that describes a type
    return *own;
}

} // namespace layer_cake::type
