#pragma once

#include <atomic>
#include <cstddef>
#include <layer_cake/type/any.hpp>
#include <layer_cake/type/type_name.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace layer_cake::object {

/// The messages an object takes: `using accepts = lc::accepts<lc::Start, Xy>;` in a machine, or
/// `LAYER_CAKE_OBJECT(worker, lc::accepts<Xy>)` for a function (elsewhere.hpp).
template <type::Portable... Messages>
struct accepts {
    static std::span<const type::Info* const> list() {
        static constexpr std::size_t count = sizeof...(Messages);
        static const type::Info* const infos[count + 1] = {&type::info_of<Messages>()..., nullptr};
        return {infos, count};
    }
};

/// What is known of one kind of object: a function or a machine's class. Lives as long as the program; any thread.
struct Profile {
    std::string name;                         ///< as in logs: `shop.worker`
    std::vector<const type::Info*> accepts{}; ///< what it says it takes
    std::atomic<std::size_t> stack_used{0};   ///< the most stack that one of them used, in whole pages; functions only
    std::atomic<std::uint64_t> created{0};

    /// Keeps the larger.
    void note_stack(std::size_t bytes) {
        auto most = stack_used.load(std::memory_order_relaxed);
        while (bytes > most && !stack_used.compare_exchange_weak(most, bytes, std::memory_order_relaxed)) {
        }
    }
};

/// The profile of a function, by its address; made when first asked for. Functions that were not named are `function`.
Profile& function_profile(const void* function);
/// The profile of that name, or null.
Profile* find_profile(std::string_view name);
/// Names a function, before main() begins.
bool name_function(const void* function, std::string_view name, std::span<const type::Info* const> accepted);

/// The profile of a machine's class.
template <class M>
Profile& machine_profile() {
    static Profile* const profile = [] {
        auto* made = new Profile; // objects may end after the program's statics
        made->name = type::qualified_name<M>();
        const auto list = M::accepts::list();
        made->accepts.assign(list.begin(), list.end());
        return made;
    }();
    return *profile;
}

} // namespace layer_cake::object
